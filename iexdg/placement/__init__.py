"""Placement tests: where e-mails of our mailboxes land at providers, and what block lists and a spam filter say."""
