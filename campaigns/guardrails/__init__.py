"""Rules that pause a campaign by its figures: reading them, judging, keeping trips, re-arming."""
