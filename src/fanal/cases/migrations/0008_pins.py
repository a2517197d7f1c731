"""Pins with their last day, who compared them, what they follow; their history; officers' former keys."""

import django.db.models.deletion
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("cases", "0007_commitments")]
    operations = [
        migrations.AddField("peer", "revoked_for", models.CharField(default="", max_length=16)),
        migrations.AddField("peer", "expires_at", models.DateTimeField(null=True)),
        migrations.AddField("peer", "compared_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "peer",
            "follows",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followed_by",
                to="cases.peer",
            ),
        ),
        migrations.CreateModel(
            name="PinEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(max_length=16)),
                ("at", models.DateTimeField()),
                ("compared_with", models.TextField(default="")),
                ("over", models.TextField(default="")),
                ("reason", models.TextField(default="")),
                (
                    "officer",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="cases.officer"),
                ),
                (
                    "peer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="cases.peer"
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="FormerKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_key", models.TextField()),
                ("until", models.DateTimeField()),
                ("reason", models.TextField()),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="former_keys", to="cases.officer"
                    ),
                ),
            ],
            options={"abstract": False},
        ),
    ]

