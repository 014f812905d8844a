"""Campaigns as Instantly has them, and the safety rules about their sending."""
