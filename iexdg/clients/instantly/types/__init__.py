"""Frozen types at the border: unknown fields stay in `raw`, missing ones are None, unknown codes are kept."""
