"""Acts on what was read: unapproved sending, drift, silent watchers, and decisions that are waiting."""
