"""The mirror of the sending accounts: their connection, warm-up and limits."""
