"""What every gRPC server and client of the system has in common: who calls, what may be called, how it is refused."""
