"""From an uploaded file to checked rows; nothing in here spends a credit or changes a campaign."""
