"""Keeping the processes of one machine alive, and ending them together. Plain Python, knows nothing of the product."""
