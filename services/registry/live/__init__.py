"""The live side of the registry feed: records as they change at their source, and where each source stands."""
