"""Receipts and answers, sent and taken in: each with the checkpoint that it cosigns. Written once."""

import django.db.models.deletion
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("cases", "0005_deconflictions")]
    operations = [
        migrations.CreateModel(
            name="Reply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("direction", models.CharField(choices=[("out", "out"), ("in", "in")], max_length=3)),
                ("kind", models.CharField(max_length=16)),
                ("number", models.IntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                ("file", models.TextField(default="")),
                ("file_sha256", models.CharField(max_length=64)),
                ("answers", models.IntegerField(default=0)),
                ("checkpoint", models.TextField()),
                ("cosignature", models.TextField()),
                ("signing_key", models.TextField()),
                (
                    "package",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="replies", to="cases.package"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("package", "direction", "kind", "number"), name="one_reply_a_number"
                    )
                ],
            },
        ),
    ]
