"""A GoHighLevel location under /ghl: contacts, tags, notes, workflows, opportunities, and the OAuth of its app."""
