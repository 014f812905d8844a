"""Lead files and the people in them: importing, verifying, loading, and the mirror of Instantly's lead list."""
