"""Loads verified rows into a campaign in batches, with a status check and an accounting check after each."""
