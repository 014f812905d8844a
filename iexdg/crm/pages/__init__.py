"""What the screens of this app show."""
