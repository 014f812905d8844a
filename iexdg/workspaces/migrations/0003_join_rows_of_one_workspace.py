"""Rows that stand for the same workspace at Instantly become one, with everything that hangs on them.

Two rows are one where they have the same id at Instantly, or where both mirror the same campaign: ids of campaigns are
unique at Instantly. The row that was synced last stays. What both of them mirrored is kept once, what only one of them
knew moves over: approvals, imports, requests, incidents, receipts, policies. Where modes differ the joined row only
observes, a kill switch that is on stays on, and of two approval policies and two answers to drift the stricter stands.
"""

from collections import defaultdict

from django.db import IntegrityError, migrations, transaction
from django.utils import timezone

OPEN_APPROVALS = ['requested', 'approved']
OPEN_REQUESTS = ['asked', 'sent', 'unknown']
STRICTER = ['operator', 'approver', 'admin']


def join(apps, schema_editor):
    for rows in _groups(apps):
        rows.sort(key=lambda row: (row.synced_at is not None, row.synced_at or row.created_at), reverse=True)
        kept = rows[0]
        for other in rows[1:]:
            with transaction.atomic():
                _join_campaigns(apps, kept, other)
                _close_second_incidents(apps, kept, other)
                _join_policy(apps, kept, other)
                _move(apps, apps.get_model('workspaces', 'Workspace'), kept, other)
                _join_row(kept, other)
                other.delete()
                _record(apps, kept, other)


def _groups(apps):
    """Lists of rows that stand for one workspace; sandbox rows never join a real one."""
    by_key = defaultdict(list)
    owner = {}
    for row in apps.get_model('workspaces', 'Workspace').objects.order_by('pk'):
        names = [f'id:{row.remote_id}'] if row.remote_id else []
        campaigns = apps.get_model('campaigns', 'Campaign').objects.filter(workspace=row)
        names += [f'campaign:{remote_id}' for remote_id in campaigns.values_list('remote_id', flat=True)]
        names = [(row.is_sandbox, name) for name in names]
        known = sorted({owner[name] for name in names if name in owner})
        group = known[0] if known else row.pk
        for former in known[1:]:
            by_key[group] += by_key.pop(former)
        by_key[group].append(row)
        for name in [name for name, held_by in owner.items() if held_by in known] + names:
            owner[name] = group
    return [rows for rows in by_key.values() if len(rows) > 1]


def _join_campaigns(apps, kept, other):
    Campaign = apps.get_model('campaigns', 'Campaign')
    ours = {one.remote_id: one for one in Campaign.objects.filter(workspace=kept)}
    for theirs in Campaign.objects.filter(workspace=other):
        mine = ours.get(theirs.remote_id)
        if mine is None:
            continue
        _close_second_open(apps, mine, theirs)
        _move(apps, Campaign, mine, theirs)
        _point_incidents(apps, kept, other, mine, theirs)
        for label, name in (('incidents', 'Incident'), ('audit', 'AuditEvent')):
            _rows(apps.get_model(label, name)).filter(campaign_ref=theirs.pk).update(campaign_ref=mine.pk)
        if theirs.on_drift == 'pause':
            Campaign.objects.filter(pk=mine.pk).update(on_drift='pause')
        if theirs.awaits_adoption_since and not mine.awaits_adoption_since:
            Campaign.objects.filter(pk=mine.pk).update(awaits_adoption_since=theirs.awaits_adoption_since)
        theirs.delete()


def _close_second_open(apps, mine, theirs):
    """At most one approval and one request of a kind may be open for a campaign; the kept row's stands."""
    Approval = apps.get_model('campaigns', 'Approval')
    if Approval.objects.filter(campaign=mine, state__in=OPEN_APPROVALS).exists():
        Approval.objects.filter(campaign=theirs, state__in=OPEN_APPROVALS).update(
            state='void', void_reason='two rows of one workspace were joined; the other approval stands'
        )
    Request = apps.get_model('campaigns', 'StatusRequest')
    for wanted in Request.objects.filter(campaign=mine, state__in=OPEN_REQUESTS).values_list('wanted', flat=True):
        Request.objects.filter(campaign=theirs, state__in=OPEN_REQUESTS, wanted=wanted).update(
            state='refused', error='Two rows of one workspace were joined; the other request goes on.'
        )
    Trip = apps.get_model('campaigns', 'GuardrailTrip')
    for kind in Trip.objects.filter(campaign=mine, state='open').values_list('kind', flat=True):
        Trip.objects.filter(campaign=theirs, state='open', kind=kind).update(state='cleared')


def _point_incidents(apps, kept, other, mine, theirs):
    """Links and causes that name the dropped campaign name the kept one."""
    before, after = f'/campaigns/{theirs.pk}/', f'/campaigns/{mine.pk}/'
    incidents = apps.get_model('incidents', 'Incident').objects.filter(workspace=other)
    for incident in incidents.filter(url__startswith=before):
        incidents.filter(pk=incident.pk).update(url=after + incident.url[len(before):])
    incidents.filter(dedupe_key=f'unapproved:{theirs.pk}').update(dedupe_key=f'unapproved:{mine.pk}')


def _join_policy(apps, kept, other):
    """Of two approval policies the stricter of each setting stands."""
    Policy = apps.get_model('golive', 'ApprovalPolicy')
    ours = Policy.objects.filter(workspace=kept).first()
    theirs = Policy.objects.filter(workspace=other).first()
    if ours is None or theirs is None:
        return
    ours.approvers = max(ours.approvers, theirs.approvers)
    ours.life_h = min((hours for hours in (ours.life_h, theirs.life_h) if hours), default=None)
    ours.who_asks = max(ours.who_asks, theirs.who_asks, key=STRICTER.index)
    ours.who_decides = max(ours.who_decides, theirs.who_decides, key=STRICTER.index)
    ours.save()


def _close_second_incidents(apps, kept, other):
    """One unresolved incident for each cause; the second one stays in the list, resolved."""
    Incident = apps.get_model('incidents', 'Incident')
    unresolved = Incident.objects.exclude(state='resolved')
    keys = list(unresolved.filter(workspace=kept).values_list('dedupe_key', flat=True))
    unresolved.filter(workspace=other, dedupe_key__in=keys).update(state='resolved', resolved_at=timezone.now())


def _move(apps, parent, kept, other):
    """Point everything at the kept row; what it has already (the same mirrored fact) is dropped once."""
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if not getattr(field, 'concrete', False) or field.remote_field is None or field.remote_field.model is not parent:
                continue
            rows = _rows(model).filter(**{field.name: other.pk})
            try:
                with transaction.atomic():
                    rows.update(**{field.name: kept.pk})
            except IntegrityError:
                for row in rows:
                    _move_one(apps, model, field, row, kept)


def _move_one(apps, model, field, row, kept):
    try:
        with transaction.atomic():
            _rows(model).filter(pk=row.pk).update(**{field.name: kept.pk})
    except IntegrityError:
        twin = _twin_of(model, field, row, kept)
        if twin is not None:
            _move(apps, model, twin, row)
        _rows(model).filter(pk=row.pk).delete()


def _twin_of(model, field, row, kept):
    """The row of the kept parent that has the same unique facts; what points at the dropped row points at it then."""
    for constraint in model._meta.constraints:
        names = list(getattr(constraint, 'fields', ()))
        if field.name not in names:
            continue
        facts = {name: getattr(row, name) for name in names if name != field.name} | {field.name: kept.pk}
        found = _rows(model).filter(**facts)
        if constraint.condition is not None:
            found = found.filter(constraint.condition)
        if (twin := found.first()) is not None:
            return twin
    if field.unique:
        return _rows(model).filter(**{field.name: kept.pk}).first()
    return None


def _join_row(kept, other):
    if other.mode != kept.mode:
        kept.mode = 'observe'
    if other.kill_switch_at and not kept.kill_switch_at:
        kept.kill_switch_at, kept.kill_switch_by_id = other.kill_switch_at, other.kill_switch_by_id
        kept.kill_switch_reason = other.kill_switch_reason
    kept.remote_id = kept.remote_id or other.remote_id
    looks = [at for at in (kept.first_look_at, other.first_look_at) if at]
    kept.first_look_at = min(looks) if looks else None
    kept.save()


def _record(apps, kept, other):
    AuditEvent = apps.get_model('audit', 'AuditEvent')
    AuditEvent.objects.create(
        at=timezone.now(),
        actor_name='Migration',
        via='system',
        action='workspace:rows:joined',
        subject=f'workspace:{kept.pk}',
        summary=f'Two rows of the workspace {kept.name} were joined',
        before={'key_sources': sorted({kept.key_source, other.key_source})},
        after={'mode': kept.mode},
    )


def _rows(model):
    return model._base_manager


class Migration(migrations.Migration):

    dependencies = [
        ('workspaces', '0002_identity'),
        ('audit', '0001_initial'),
        ('campaigns', '0001_squashed'),
        ('golive', '0001_initial'),
        ('incidents', '0001_squashed'),
        ('leads', '0001_squashed'),
        ('mailboxes', '0001_squashed'),
        ('operations', '0001_initial'),
    ]

    operations = [
        migrations.RunPython(join, migrations.RunPython.noop),
    ]
