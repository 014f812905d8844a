"""Rules that pause a campaign by themselves, and that a person has to re-arm."""
