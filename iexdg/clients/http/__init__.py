"""The HTTP layer that every vendor client uses: transport, retry, limiter, errors, redaction."""
