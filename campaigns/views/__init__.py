"""The views about campaigns, guardrails and the kill switch."""
