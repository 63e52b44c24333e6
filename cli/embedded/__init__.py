"""The service on one machine: its broker, its processes, its demo course."""
