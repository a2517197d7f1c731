"""Entries are found by each identity of the lists that they name, decisions by kind, day and officer, among a hundred thousand."""

import django.db.models.deletion
from django.db import migrations, models

_SQLITE = (
    "INSERT INTO cases_listed (entry_id, identity) SELECT o.id, l.value FROM cases_outbox AS o, "
    "json_each(o.content, '$.facts.identities') AS l "
    "WHERE json_type(o.content, '$.facts.identities') = 'array' AND l.type = 'text' ORDER BY o.id, l.key"
)
_POSTGRES = (
    "INSERT INTO cases_listed (entry_id, identity) SELECT o.id, l.value #>> '{}' FROM cases_outbox AS o, "
    "jsonb_array_elements(CASE WHEN jsonb_typeof(o.content->'facts'->'identities') = 'array' "
    "THEN o.content->'facts'->'identities' ELSE '[]' END) WITH ORDINALITY AS l(value, place) "
    "WHERE jsonb_typeof(l.value) = 'string' ORDER BY o.id, l.place"
)


def _fill(_apps, editor):
    editor.execute(_POSTGRES if editor.connection.vendor == "postgresql" else _SQLITE)


class Migration(migrations.Migration):
    dependencies = [("cases", "0017_victims")]

    operations = [
        migrations.CreateModel(
            name="Listed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("identity", models.CharField(max_length=64)),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="listed", to="cases.outbox"
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["identity", "entry"], name="listed_identity")]},
        ),
        migrations.RunPython(_fill, migrations.RunPython.noop),
        migrations.AddIndex(
            "decision", models.Index(fields=["operation", "subject_kind", "id"], name="decisions_by_kind")
        ),
        migrations.AddIndex(
            "decision", models.Index(fields=["operation", "subject_kind", "at"], name="decisions_by_day")
        ),
        migrations.AddIndex(
            "decision", models.Index(fields=["operation", "officer", "id"], name="decisions_by_officer")
        ),
    ]
