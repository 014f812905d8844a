"""What a person has to look at, and notifying them of it."""
