"""GoHighLevel: which location each workspace is connected to, by which token, and what that token may do."""
