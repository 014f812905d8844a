"""Everything that decides whether a campaign sends: status, approvals, fingerprint, schedule, tripwire."""
