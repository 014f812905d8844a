"""The list of conversations and one of them, as their templates read them."""
