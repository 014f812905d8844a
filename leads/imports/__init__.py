"""The life cycle of an import: its user actions, its worker and its counts."""
