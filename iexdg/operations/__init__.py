"""Whether IEXDG Outreach works: health, doctor, heartbeats, watchers, and the commands that start it."""
