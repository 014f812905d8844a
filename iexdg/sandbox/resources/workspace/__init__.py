"""The workspace itself: its name, plan and balance, audit log and block list."""
