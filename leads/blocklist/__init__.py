"""Addresses and domains on Instantly's block list, which must not be contacted."""
