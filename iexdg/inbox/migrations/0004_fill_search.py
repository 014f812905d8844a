"""Fills what 0002 added, by itself: Postgres changes no table in a transaction that has changed its rows."""

from django.db import migrations, models

from iexdg.inbox.words import search_words, split_quoted


def fill(apps, schema_editor):
    """What is derived from the messages, of the conversations that are there already."""
    threads, messages = apps.get_model("inbox", "Thread").objects, apps.get_model("inbox", "Message").objects
    words = apps.get_model("inbox", "ThreadWords")
    threads.filter(unread__gt=0).update(has_unread=True)
    threads.filter(newest_at__isnull=False).update(listed_at=models.F("newest_at"))
    pks = list(threads.order_by("pk").values_list("pk", flat=True))
    for place in range(0, len(pks), 200):
        part = threads.in_bulk(pks[place : place + 200])
        texts = {pk: [thread.lead, thread.mailbox] for pk, thread in part.items()}
        for one in messages.filter(thread__in=part).order_by("at", "pk").defer("html", "files").iterator():
            own = split_quoted(one.text or one.preview).own
            texts[one.thread_id] += [one.sender, one.recipients, one.cc, one.subject, own]
        words.objects.bulk_create(words(thread_id=pk, words=" ".join(search_words(*said))) for pk, said in texts.items())


class Migration(migrations.Migration):

    dependencies = [("inbox", "0003_answer_templates")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
