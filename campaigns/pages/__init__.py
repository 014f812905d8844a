"""What the screens show, as frozen dataclasses; templates only print them."""
