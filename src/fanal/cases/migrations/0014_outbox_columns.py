"""Entries of the outbox are found by what they are about, among millions: officer, verb, subject and identity get columns."""

from django.db import migrations, models

_SQLITE = (
    "UPDATE cases_outbox SET officer = json_extract(content, '$.officer'), verb = json_extract(content, '$.verb'), subject = json_extract(content, '$.subject'), "
    "about = CASE WHEN json_type(content, '$.facts.identity') = 'text' THEN json_extract(content, '$.facts.identity') END"
)
_POSTGRES = (
    "UPDATE cases_outbox SET officer = content->>'officer', verb = content->>'verb', subject = content->>'subject', "
    "about = CASE WHEN jsonb_typeof(content->'facts'->'identity') = 'string' THEN content->'facts'->>'identity' END"
)


def _fill(_apps, editor):
    editor.execute(_POSTGRES if editor.connection.vendor == "postgresql" else _SQLITE)


class Migration(migrations.Migration):
    dependencies = [("cases", "0013_tips_taken")]
    operations = [
        migrations.AddField("outbox", "officer", models.CharField(default="", max_length=64)),
        migrations.AddField("outbox", "verb", models.CharField(default="", max_length=64)),
        migrations.AddField("outbox", "subject", models.TextField(default="")),
        migrations.AddField("outbox", "about", models.CharField(max_length=64, null=True)),
        migrations.RunPython(_fill, migrations.RunPython.noop),
        migrations.AlterField("outbox", "appended", models.BooleanField(default=False)),
        migrations.AddIndex(
            "outbox",
            models.Index(condition=models.Q(("appended", False)), fields=["id"], name="outbox_waiting"),
        ),
        migrations.AddIndex(
            "outbox", models.Index(fields=["officer", "subject", "id"], name="outbox_officer_subject")
        ),
        migrations.AddIndex("outbox", models.Index(fields=["verb", "subject"], name="outbox_verb_subject")),
        migrations.AddIndex(
            "outbox",
            models.Index(condition=models.Q(("about__isnull", False)), fields=["about"], name="outbox_about"),
        ),
    ]
