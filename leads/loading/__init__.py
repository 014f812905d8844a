"""Putting verified rows into a campaign, in batches that add up, with a status check after each."""
