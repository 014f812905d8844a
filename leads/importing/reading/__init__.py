"""Reads a stranger's file: its kind, encoding, delimiter, sheet, header and records. Plain Python, run by a child
process with limits (`child.py`), so that no file can cost the product its memory or its time."""
