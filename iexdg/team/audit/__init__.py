"""The append-only history of what was done, by whom, and through what."""
