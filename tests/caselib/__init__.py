"""The case file taken through commands, events and the projection."""
