"""What an operator sees of the running tool: figures for Prometheus, health, and the worker's signs of life."""
