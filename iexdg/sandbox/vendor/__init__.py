"""What the vendor publishes about each operation: the table of API facts, and the schemas read from it."""
