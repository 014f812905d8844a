"""The served operations of the Instantly API, one package per resource: bodies, operations and routes."""
