"""The views of analytics: comparing, the report, the file, and the weekly e-mail."""
