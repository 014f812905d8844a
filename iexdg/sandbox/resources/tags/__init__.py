"""Custom tags, and which accounts and campaigns have them."""
