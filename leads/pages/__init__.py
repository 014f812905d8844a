"""What the screens of this app show, as frozen dataclasses that templates only print."""
