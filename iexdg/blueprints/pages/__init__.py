"""Shapes the screens of blueprints and drafts: functions that return frozen dataclasses."""
