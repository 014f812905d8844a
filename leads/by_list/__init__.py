"""Verifies up to 1,000 addresses of an import at once, in a temporary lead list that is deleted afterwards."""
