"""E-mails: tests to oneself, and the list of what was sent and received."""
