"""What the pages of analytics show, as plain data."""
