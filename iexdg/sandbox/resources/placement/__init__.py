"""Inbox placement tests, where their mails landed, and what lists and filters say about the sending domains."""
