"""Requests about the inbox: the list, one conversation, and what people do with it."""
