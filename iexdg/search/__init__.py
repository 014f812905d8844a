"""Search over a workspace: campaigns, people, conversations, mailboxes, lists, imports, searches, tags, incidents,
pages and actions, by one address.

The palette (static/js/palette.js) shows its answers over every page. It owns no rows: each group is a query of the app
whose things it shows.
"""
