"""The block list: addresses and domains that are not written to."""
