"""Which officer took a tip, and when."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_saved_views")]
    operations = [
        migrations.AddField(model_name="tip", name="taken_at", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="tip",
            name="taken_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="tips", to="cases.officer"
            ),
        ),
    ]
