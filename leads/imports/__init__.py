"""One import over its whole life: what people may ask of it, and what a worker does next."""
