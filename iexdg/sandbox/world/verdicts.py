"""What the simulated vendor thinks of an address, decided by its local part."""

from iexdg.sandbox.world.records import Lead

# Source: OpenAPI, schema Lead, property verification_status.
PENDING_JOB, VERIFIED, INVALID, RISKY, CATCH_ALL, JOB_CHANGE, PENDING_FINDER = 12, 1, -1, -2, -3, -4, 11


def verdict_of(email: str) -> tuple[str, bool]:
    """Return verification_status and catch_all that an address ends with."""
    if email.startswith("invalid"):
        return "invalid", False
    return "verified", email.startswith("catchall")


def never_settles(email: str) -> bool:
    """Say whether the verification of an address stays pending forever."""
    return email.startswith("stuck")


def import_verdict(lead: Lead, now: float) -> int | None:
    """Return the verification status of a lead that was verified while it was imported, or None."""
    email = lead["email"] or ""
    if lead["verify_at"] is None:
        return None
    if now < lead["verify_at"] or never_settles(email):
        return PENDING_JOB
    if email.startswith("risky"):
        return RISKY
    verdict, catch_all = verdict_of(email)
    if verdict == "invalid":
        return INVALID
    return CATCH_ALL if catch_all else VERIFIED
