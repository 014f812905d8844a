"""What the pages of tags, labels, keys and webhooks show, as plain data."""
