"""Webhooks in: the receiver of each workspace, every delivery as it came, and what each makes the product read."""
