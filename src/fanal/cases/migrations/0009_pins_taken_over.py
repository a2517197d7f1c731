"""Pins of an earlier version get a history and a commitment, as they stand on the day of the upgrade."""

from django.db import migrations

from fanal.cases.models.audit import new_entry
from fanal.cases.models.committed import NODE, WRITTEN, digest, subject_of


def _take_over(apps, editor):
    """Who pinned a card before had to compare it first: that is what the command said. It stands in the history."""
    here = editor.connection.alias
    peer, event = apps.get_model("cases", "Peer"), apps.get_model("cases", "PinEvent")
    outbox = apps.get_model("cases", "Outbox").objects.using(here)

    def commit(model, pk):
        told = model.objects.using(here).filter(pk=pk).values().get()
        entry, content = new_entry(NODE, WRITTEN, subject_of(model, pk), {"row": digest(model, told)})
        outbox.create(entry=entry, content=content)

    for row in peer.objects.using(here).order_by("pk"):
        row.compared_at = row.pinned_at
        row.revoked_for = "compromised" if row.revoked_at else ""
        row.save(using=here)
        commit(peer, row.pk)
        made = event.objects.using(here).create(peer=row, what="pinned", officer_id=row.pinned_by_id, at=row.pinned_at)
        commit(event, made.pk)


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_pins")]
    operations = [migrations.RunPython(_take_over, migrations.RunPython.noop)]
