"""What a workspace buys from the vendor: domains with ready-made mailboxes, and telephone numbers."""
