"""A fourth term of a recipient, which nothing waits for: whether perceptual fingerprints may go there."""

from django.db import migrations, models

KINDS = ("basis", "purpose", "ill_treatment", "perceptual")


class Migration(migrations.Migration):
    dependencies = [("cases", "0010_jobs")]
    operations = [
        migrations.AlterField(
            model_name="terms", name="kind", field=models.CharField(choices=[(k, k) for k in KINDS], max_length=16)
        )
    ]
