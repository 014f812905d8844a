"""The workspace itself: its name, plan and balance, and its audit log."""
