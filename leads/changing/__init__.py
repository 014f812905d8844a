"""Changes of lead lists and of people at Instantly: requested here, carried out, read back; and erasing a person."""
