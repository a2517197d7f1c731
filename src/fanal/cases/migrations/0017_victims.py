"""The register of victims: a number for each, and notes that are never changed."""

import django.db.models.deletion
from django.db import migrations, models

STATUSES = ("unidentified", "identified", "safeguarded", "withdrawn")
KEPT = {"on_delete": django.db.models.deletion.PROTECT}
KEY = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    dependencies = [("cases", "0016_administration")]
    operations = [
        migrations.CreateModel(
            name="Victim",
            fields=[
                KEY,
                ("number", models.IntegerField()),
                ("operation", models.ForeignKey(related_name="+", to="cases.operation", **KEPT)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("operation", "number"), name="one_victim_a_number")
                ],
            },
        ),
        migrations.CreateModel(
            name="VictimNote",
            fields=[
                KEY,
                ("status", models.CharField(choices=[(s, s) for s in STATUSES], max_length=16)),
                ("country", models.CharField(default="", max_length=8)),
                ("media", models.JSONField(default=list)),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
                ("signature", models.TextField()),
                ("officer", models.ForeignKey(related_name="+", to="cases.officer", **KEPT)),
                ("report", models.ForeignKey(null=True, related_name="+", to="cases.caseevent", **KEPT)),
                ("victim", models.ForeignKey(related_name="notes", to="cases.victim", **KEPT)),
            ],
        ),
    ]
