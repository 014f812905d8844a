"""How Instantly is reached: the configured connection, and the client it makes. Which workspace it opens is above."""
