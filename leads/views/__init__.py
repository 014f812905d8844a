"""Views: they translate requests into calls and contain no rules."""
