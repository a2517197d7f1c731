"""Officers that retire, jobs of the node itself, and columns by which a million audit entries are looked through."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Concat


def _fill(apps, editor):
    """Repeat of each entry what it says, and name its operation where its subject is of one."""
    alias = editor.connection.alias
    entries = apps.get_model("cases", "Outbox").objects.using(alias)
    entries.update(at=KT("content__at"))

    def name(rows, **subject):
        found = Subquery(rows.using(alias).filter(**subject).values("operation__slug")[:1])
        told = entries.filter(operation="").annotate(found=found).exclude(found=None)
        told.update(operation=found)

    of_node = ("node.", "officer.", "peer.", "keys.", "store.", "list.", "hashlist.", "row.", "audit.")
    about = entries.filter(operation="")
    for start in of_node:
        about = about.exclude(verb__startswith=start)
    for slug in apps.get_model("cases", "Operation").objects.using(alias).values_list("slug", flat=True):
        about.filter(subject=slug).update(operation=slug)
        about.filter(subject__startswith=f"{slug}/").update(operation=slug)
    name(apps.get_model("cases", "Package").objects, digest=OuterRef("subject"))
    name(apps.get_model("cases", "Decision").objects, decision=OuterRef("subject"))
    for model, kind in (("Job", "job"), ("Tip", "tip")):
        named = Concat(models.Value(f"{kind}/"), Cast("pk", models.CharField()), output_field=models.CharField())
        name(apps.get_model("cases", model).objects.annotate(named=named), named=OuterRef("subject"))


class Migration(migrations.Migration):
    dependencies = [("cases", "0015_named")]

    operations = [
        migrations.AddField("officer", "retired_at", models.DateTimeField(null=True)),
        migrations.AlterField(
            "job",
            "operation",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="jobs", to="cases.operation"
            ),
        ),
        migrations.AddField("outbox", "at", models.CharField(max_length=32, default="")),
        migrations.AddField("outbox", "operation", models.CharField(max_length=50, default="")),
        migrations.RunPython(_fill, migrations.RunPython.noop),
        migrations.AddIndex("outbox", models.Index(fields=["at", "id"], name="entries_by_day")),
        migrations.AddIndex("outbox", models.Index(fields=["officer", "id"], name="entries_by_officer")),
        migrations.AddIndex("outbox", models.Index(fields=["verb", "id"], name="entries_by_verb")),
        migrations.AddIndex("outbox", models.Index(fields=["operation", "id"], name="entries_by_operation")),
    ]
