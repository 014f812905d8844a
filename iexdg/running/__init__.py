"""Keeps the processes of one machine running and stops them together. Plain Python, independent of the product."""
