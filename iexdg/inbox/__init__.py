"""The inbox: what people answered, as read from Instantly, and the answers written here."""
