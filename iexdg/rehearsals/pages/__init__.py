"""What the templates of rehearsals read."""
