"""Whether the product itself works: health, doctor, signs of life, watchers, and the commands that start it."""
