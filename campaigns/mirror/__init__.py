"""Reading campaigns, statuses and figures from Instantly into our rows."""
