"""Rows that an earlier version wrote without a commitment get one, as they stand on the day of the upgrade."""

from django.db import migrations

from fanal.cases.models.committed import NODE, WRITTEN, digest, subject_of
from fanal.cases.models.audit import new_entry

MODELS = ("answer", "arrival", "caseevent", "package", "terms", "deconflictionentry")


def _commit(apps, editor):
    here = editor.connection.alias
    outbox = apps.get_model("cases", "Outbox").objects.using(here)
    for name in MODELS:
        model = apps.get_model("cases", name)
        for told in model.objects.using(here).order_by("pk").values().iterator():
            entry, content = new_entry(NODE, WRITTEN, subject_of(model, told["id"]), {"row": digest(model, told)})
            outbox.create(entry=entry, content=content)


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_replies")]
    operations = [migrations.RunPython(_commit, migrations.RunPython.noop)]
