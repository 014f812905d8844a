"""The address that Instantly calls, and the pages about what it delivered."""
