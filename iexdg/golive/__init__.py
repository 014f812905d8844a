"""From a verified campaign to a live one: preflight, forecast, request, approval, and carrying it out."""
