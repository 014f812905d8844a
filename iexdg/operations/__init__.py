"""Whether the product itself works: health, doctor, heartbeats, watchers, and the commands that start it."""
