"""The small HTTP floor every vendor client stands on: transport, retry, limiter, errors, redaction."""
