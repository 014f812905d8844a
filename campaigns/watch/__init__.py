"""What is done about what was read: unapproved sending, drift, silence, and whatever waits for a person."""
