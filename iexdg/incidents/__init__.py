"""What needs a person's attention, and the notifications about it."""
