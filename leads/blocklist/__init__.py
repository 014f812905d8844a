"""Addresses and domains that must not be written to, as Instantly lists them."""
