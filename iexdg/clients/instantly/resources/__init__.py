"""One class per group of operations, each a thin layer over the transport."""
