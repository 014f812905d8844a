"""What the database derives from leads, rows and receipts by triggers: counts, marks, and the index of the search."""
