"""What of a subsequence an approval of its campaign is bound to, and what differs from that."""

import hashlib
import json
from typing import Any

from campaigns.models import Approval, Campaign, Subsequence
from campaigns.sending.fingerprint import Difference

_STEP = ("delay", "delay_unit", "pre_delay", "pre_delay_unit")


def digest_of(subsequence: Subsequence) -> str:
    """Return the SHA-256 of conditions, steps, schedule and limit; its name and its status are no part of it."""
    parts = {
        "conditions": {name: value for name, value in sorted(subsequence.conditions.items()) if value},
        "steps": [_step(step) for step in subsequence.steps if isinstance(step, dict)],
        "schedule": {name: value for name, value in subsequence.schedule.items() if value},
        "limit": [subsequence.daily_limit_mode or "inherit", subsequence.daily_limit],
    }
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _step(step: dict[str, Any]) -> dict[str, Any]:
    variants = step.get("variants")
    return {name: step[name] for name in _STEP if step.get(name)} | {
        "variants": [
            [one.get("subject"), one.get("body"), one.get("v_disabled") is True]
            for one in (variants if isinstance(variants, list) else [])
            if isinstance(one, dict)
        ]
    }


def named_in(campaign: Campaign) -> dict[str, dict[str, str]]:
    """Return what an approval that is requested now names: each subsequence of the campaign, as it is mirrored."""
    there = Subsequence.objects.filter(campaign=campaign, vanished_at__isnull=True)
    return {one.remote_id: {"name": one.name, "digest": digest_of(one)} for one in there}


def subsequence_differences(approval: Approval) -> list[Difference]:
    """Describe which subsequences differ from those that a request names."""
    named, now = approval.subsequences or {}, named_in(approval.campaign)
    found = [
        Difference(f"subsequence {one['name']}", "present", "removed") for key, one in named.items() if key not in now
    ]
    found += [
        Difference(f"subsequence {one['name']}", "absent", "added") for key, one in now.items() if key not in named
    ]
    return found + [
        Difference(f"subsequence {one['name']}", "as requested", "changed")
        for key, one in now.items()
        if key in named and named[key]["digest"] != one["digest"]
    ]
