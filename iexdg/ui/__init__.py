"""What every screen shares: template tags, formatting, small graphics, static files out of wheels."""
