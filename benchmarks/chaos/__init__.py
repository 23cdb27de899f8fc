"""What becomes of requests while everything around a service breaks."""
