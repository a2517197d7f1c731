"""Decisions are found by the accounts, identities and answers that they name, among thousands."""

import django.db.models.deletion
from django.db import migrations, models

from fanal.cases.models.people import keys_of


def _fill(apps, editor):
    here = editor.connection.alias
    named = apps.get_model("cases", "Named")
    told = apps.get_model("cases", "Decision").objects.using(here).order_by("pk")
    for d in told.only("operation_id", "subject_kind", "subject", "detail").iterator():
        keys = sorted(keys_of(d.subject_kind, d.subject, d.detail))
        named.objects.using(here).bulk_create(
            named(operation_id=d.operation_id, decision_id=d.pk, key=key) for key in keys
        )


class Migration(migrations.Migration):
    dependencies = [("cases", "0014_outbox_columns")]
    operations = [
        migrations.CreateModel(
            name="Named",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.TextField()),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="named", to="cases.decision"
                    ),
                ),
                (
                    "operation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.operation"
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["operation", "key"], name="named_key")]},
        ),
        migrations.RunPython(_fill, migrations.RunPython.noop),
    ]
