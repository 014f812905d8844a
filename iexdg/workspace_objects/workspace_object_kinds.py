"""Declares tags, labels, keys, webhooks, background jobs and the audit log."""

from iexdg.workspace_objects import jobs, keys, labels, tags, vendor_audit, webhooks
from iexdg.workspace_objects.kinds import declare_change, declare_list
from iexdg.workspace_objects.models import ObjectKind

declare_list(ObjectKind.TAG, tags.read_tags)
declare_list(ObjectKind.TAGGED, tags.read_tagged)
declare_list(ObjectKind.LABEL, labels.read_labels)
declare_list(ObjectKind.KEY, keys.read_keys)
declare_list(ObjectKind.WEBHOOK, webhooks.read_webhooks)
declare_list(ObjectKind.WEBHOOK_EVENT, webhooks.read_events)
declare_list(ObjectKind.JOB, jobs.read_jobs)
declare_list(ObjectKind.AUDIT, vendor_audit.read_entries)
declare_change(ObjectKind.TAG, tags.HOW)
declare_change(ObjectKind.LABEL, labels.HOW)
declare_change(ObjectKind.KEY, keys.HOW)
declare_change(ObjectKind.WEBHOOK, webhooks.HOW)
