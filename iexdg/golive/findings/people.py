"""Findings about the people of a campaign: gaps in the copy, receipts, catch-all, collisions."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import islice

from django.conf import settings
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from campaigns.copy.findings import Level
from campaigns.copy.variables import needed_names
from campaigns.mirror.freshness import stale_after
from campaigns.models import Campaign
from iexdg.golive.audience import PeopleFacts, held_rows
from iexdg.golive.findings.finding import Finding, leads_url
from iexdg.ui.formatting import plural
from leads.blocklist.mirror import block_list_read_at, on_block_list
from leads.companies import company_domain_of
from leads.derived.kept import Computed, kept
from leads.models import CatchAll, Lead, LeadStatus, Row, RowState
from leads.queries import also_elsewhere, rows_with_gap, with_gap
from leads.verification.receipts import fresh_since

# Assumed: from a fifth on, addresses that cannot be verified dominate the bounce rate.
CATCH_ALL_SHARE = 0.2
_SHOWN = 3
# Changes when findings that were kept before must be computed again.
_FORM = "with confirmations, of whom"
_NAMES_PER_QUERY = 500


def kept_people_findings(campaign: Campaign, facts: PeopleFacts) -> list[Finding]:
    """The same findings, computed again only after something that they depend on has changed.

    Shapes: facts - `people_facts`, read just now.
    """
    every = (
        facts.key,
        needed_names(campaign.sequences),
        _block_list_age(facts.block_list_read_at),
        (_FORM, campaign.leads_mirrored_at is not None),
    )
    found = kept("people", campaign.pk, every, lambda: _computed(campaign), stored=facts.stored)
    return [Finding(**{**one, "level": Level(one["level"])}) for one in found]


def _computed(campaign: Campaign) -> Computed:
    """The findings, and when the next receipt is too old for them to be right."""
    oldest = _with_receipt(campaign).filter(receipt__answered_at__gte=fresh_since())
    found = oldest.aggregate(answered_at=Min("receipt__answered_at"))["answered_at"]
    life = timedelta(days=settings.RECEIPT_LIFE_DAYS)
    return [asdict(finding) for finding in people_findings(campaign)], found + life if found else None


def _block_list_age(read_at: datetime | None) -> object:
    """Whether the block list is known well enough; where it is not, the finding says when it was read."""
    return "fresh" if read_at is not None and timezone.now() - read_at <= stale_after() else read_at


def people_findings(campaign: Campaign) -> list[Finding]:
    """Check the actual leads: those at Instantly that may still be e-mailed, and those held here."""
    return [
        *_gaps(campaign),
        *_receipts(campaign),
        *_catch_all(campaign),
        *_collisions(campaign),
        _suppressed_elsewhere(campaign),
        _blocked(campaign),
    ]


def _active(campaign: Campaign) -> QuerySet[Lead]:
    return Lead.objects.filter(campaign=campaign, vanished_at__isnull=True, status=LeadStatus.ACTIVE).order_by()


def _gaps(campaign: Campaign) -> list[Finding]:
    """Each variable of the copy that has no fallback and that some leads have no value for."""
    names = needed_names(campaign.sequences)
    found = []
    active, held = _active(campaign), held_rows(campaign)
    total = (active.count() + held.count()) if names else 0
    for name in names:
        at_instantly, here = with_gap(active, name).count(), rows_with_gap(held, name).count()
        if not at_instantly + here:
            continue
        title = f"{{{{{name}}}}} is empty for {at_instantly + here:,} of {total:,} people still to be written to"
        url = leads_url(campaign=campaign.pk, empty=name) if at_instantly else ""
        step = "Add a fallback in the copy, such as {{" + name + "|there}}, or exclude these people."
        # Before the whole list was read, what is known of some says nothing about most.
        if campaign.leads_mirrored_at is not None and 2 * (at_instantly + here) > total:
            detail = (
                "Most people would see a gap in its place. Whoever requests and whoever approves has to confirm it."
            )
            found.append(Finding(Level.WARNING, "empty_variable", title, detail, step, url, confirm=name))
        else:
            detail = "They would see a gap in its place."
            found.append(Finding(Level.WARNING, "empty_variable", title, detail, step, url))
    if total and not found:
        detail = f"{', '.join(names)} · {plural(total, 'person', 'people')} still to be written to"
        found.append(Finding(Level.FINE, "variables", "Everyone has what the copy needs", detail))
    return found


def _receipts(campaign: Campaign) -> Iterator[Finding]:
    """Stale receipts do not count: held rows are verified again, loaded people are reported.

    Where there is no receipt there is no finding; the audience finding reports that no one was verified.
    """
    days = settings.RECEIPT_LIFE_DAYS
    held = held_rows(campaign).filter(receipt__answered_at__lt=fresh_since()).count()
    loaded = Row.objects.filter(
        imported__campaign=campaign, state=RowState.LOADED, receipt__answered_at__lt=fresh_since()
    ).filter(Exists(_active(campaign).filter(email=OuterRef("email"), last_contact_at__isnull=True)))
    count = loaded.count()
    if held:
        step = "They are verified again before they are loaded, which costs credits; the go-live waits for it."
        yield Finding(
            Level.WARNING,
            "stale_receipts",
            f"{plural(held, 'held receipt')} older than {plural(days, 'day')}",
            "",
            step,
        )
    elif count:
        title = f"{plural(count, 'person', 'people')} not e-mailed yet, verified more than {plural(days, 'day')} ago"
        step = "Verify their file again before you go live, or expect more bounces."
        yield Finding(Level.WARNING, "stale_receipts", title, "", step, leads_url(campaign=campaign.pk))
    elif receipts := _with_receipt(campaign).count():
        yield Finding(
            Level.FINE,
            "receipts",
            "Receipts are fresh",
            f"{plural(receipts, 'receipt')}, none older than {plural(days, 'day')}",
        )


def _with_receipt(campaign: Campaign) -> QuerySet[Row]:
    """The rows of people who are held here or still listed; whoever was deleted in Instantly is not e-mailed."""
    deleted = Lead.objects.filter(campaign=campaign, email=OuterRef("email"), vanished_at__isnull=False)
    rows = Row.objects.filter(imported__campaign=campaign).order_by()
    return rows.filter(Q(state=RowState.VERIFIED) | Q(~Exists(deleted), state=RowState.LOADED))


def _catch_all(campaign: Campaign) -> Iterator[Finding]:
    is_risky = ~Q(receipt__catch_all=CatchAll.NO)
    counted = _with_receipt(campaign).aggregate(total=Count("pk"), risky=Count("pk", filter=is_risky))
    total, risky = counted["total"], counted["risky"]
    if not total:
        return
    if not risky:
        yield Finding(
            Level.FINE, "catch_all", "No catch-all addresses", f"{plural(total, 'person', 'people')} with a receipt"
        )
        return
    share = risky / total
    detail = (
        f"{risky:,} of {total:,} ({share:.0%}) are on servers that accept every address; a named person accepted them."
    )
    if share <= CATCH_ALL_SHARE:
        yield Finding(Level.FINE, "catch_all", "Few catch-all addresses", detail)
        return
    step = "Watch the first day's bounces, or load them in a later import."
    url = leads_url(campaign=campaign.pk, verification="catch_all")
    yield Finding(Level.WARNING, "catch_all", f"{share:.0%} are catch-all addresses", detail, step, url)


def _collisions(campaign: Campaign) -> Iterator[Finding]:
    """The same person, or many people of one company, e-mailed by several campaigns at once."""
    twice = also_elsewhere(_active(campaign)).count()
    others = Lead.objects.filter(workspace_id=campaign.workspace_id, vanished_at__isnull=True, status=LeadStatus.ACTIVE)
    twice_held = Exists(others.exclude(campaign=campaign).filter(email=OuterRef("email")))
    twice += held_rows(campaign).filter(twice_held).count()
    if twice:
        are = "person is" if twice == 1 else "people are"
        title = f"{twice:,} {are} also in another campaign"
        step = "Remove them from one of the two: filter the leads by a campaign, then press Remove."
        url = leads_url(campaign=campaign.pk, also=1)
        yield Finding(Level.WARNING, "collision", title, "They would get e-mails from both.", step, url)
    crowded = _crowded_companies(campaign)
    if crowded:
        shown = ", ".join(f"{domain} ({people:,})" for domain, people in crowded[:_SHOWN])
        more = f" and {len(crowded) - _SHOWN} more" if len(crowded) > _SHOWN else ""
        title = (
            f"More than {settings.COMPANY_LIMIT} people at {len(crowded)} compan{'y' if len(crowded) == 1 else 'ies'}"
        )
        step = "Colleagues compare their mail: contact some of them later."
        url = leads_url(q=crowded[0][0])
        yield Finding(Level.WARNING, "company", title, f"{shown}{more}, all campaigns together.", step, url)
    if not twice and not crowded:
        yield Finding(Level.FINE, "collision", "No one is in two campaigns", "")


def _suppressed_elsewhere(campaign: Campaign) -> Finding:
    """People who unsubscribed from, or bounced in, any campaign of the workspace and would be e-mailed here."""
    lost = Lead.objects.filter(
        workspace_id=campaign.workspace_id, status__in=[LeadStatus.UNSUBSCRIBED, LeadStatus.BOUNCED]
    )
    here = _active(campaign).filter(Exists(lost.filter(email=OuterRef("email")))).count()
    here += held_rows(campaign).filter(Exists(lost.filter(email=OuterRef("email")))).count()
    if not here:
        return Finding(Level.FINE, "suppression", "No one here has unsubscribed or bounced elsewhere", "")
    title = f"{plural(here, 'person', 'people')} unsubscribed or bounced in another campaign"
    step = "Remove them from this campaign: open the list, then press Remove."
    return Finding(
        Level.WARNING,
        "suppression",
        title,
        "They must not be e-mailed.",
        step,
        leads_url(campaign=campaign.pk, also=1),
    )


def _blocked(campaign: Campaign) -> Finding:
    """People on Instantly's block list, by address or by domain; a list not read recently counts as unknown."""
    read_at = block_list_read_at(campaign.workspace_id)
    if read_at is None or timezone.now() - read_at > stale_after():
        return Finding(
            Level.WARNING,
            "block_list",
            "The block list is not known",
            f"Last read {read_at:%Y-%m-%d %H:%M} UTC." if read_at else "It was never read.",
            "Read Instantly again; a key without block_list_entries:read cannot.",
        )
    blocked = on_block_list(_active(campaign)).count() + on_block_list(held_rows(campaign)).count()
    if not blocked:
        return Finding(Level.FINE, "block_list", "No one here is on the block list", "")
    title = f"{blocked:,} {'person is' if blocked == 1 else 'people are'} on the block list"
    step = "Remove them from this campaign: open the list, then press Remove."
    url = leads_url(campaign=campaign.pk)
    return Finding(Level.WARNING, "block_list", title, "By address or by domain. They must not be e-mailed.", step, url)


def _crowded_companies(campaign: Campaign) -> list[tuple[str, int]]:
    """(domain, people) of companies of this campaign with more people in all campaigns than the limit."""
    here = _active(campaign).exclude(company_domain="").order_by().values_list("company_domain", flat=True).distinct()
    active = Lead.objects.filter(workspace_id=campaign.workspace_id, vanished_at__isnull=True, status=LeadStatus.ACTIVE)
    counted = active.order_by().values_list("company_domain").annotate(people=Count("email", distinct=True))
    held = _held_per_company(campaign, active)
    # The database filters out the many companies below the limit.
    people = Counter(dict(counted.filter(company_domain__in=here, people__gt=settings.COMPANY_LIMIT)))
    # Where people are held here, a company below the limit can be over it with them.
    for domains in _in_parts(held):
        people.update(dict(counted.filter(company_domain__in=[name for name in domains if name not in people])))
    people += held
    crowded = [(domain, count) for domain, count in people.items() if count > settings.COMPANY_LIMIT]
    return sorted(crowded, key=lambda one: (-one[1], one[0]))


def _in_parts(names: Iterable[str]) -> Iterator[list[str]]:
    """The names in parts that fit into one statement."""
    waiting = iter(names)
    while part := list(islice(waiting, _NAMES_PER_QUERY)):
        yield part


def _held_per_company(campaign: Campaign, active: QuerySet[Lead]) -> Counter[str]:
    """People who are held here and in no campaign yet, by company."""
    new = held_rows(campaign).exclude(Exists(active.filter(email=OuterRef("email"))))
    found = Counter(company_domain_of(email) for email in new.values_list("email", flat=True).iterator())
    found.pop("", None)
    return found
