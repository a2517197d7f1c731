"""Tips have a place: the queue is read in its order by index, and not sorted for each page."""

from django.db import migrations, models

from fanal.cases.models.sources import place_of, stage_of


def _fill(apps, _editor):
    tips, decisions = apps.get_model("cases", "Tip"), apps.get_model("cases", "Decision")
    said = decisions.objects.filter(subject_kind="tip_risk", superseded_by=None).order_by("pk")
    decided = {(operation, tip): at for operation, tip, at in said.values_list("operation_id", "subject", "at")}
    for tip in tips.objects.order_by("pk").iterator():
        tip.risk_at = decided.get((tip.operation_id, str(tip.pk)))
        stage = stage_of(
            at_risk=tip.child_at_risk,
            status=tip.status,
            taken=tip.taken_by_id is not None,
            quoted=bool(tip.risk_words),
        )
        tip.place = place_of(stage, tip.risk_at if tip.child_at_risk and tip.risk_at else tip.received_at)
        tip.save(update_fields=["risk_at", "place"])


class Migration(migrations.Migration):
    dependencies = [("cases", "0018_found_at_size")]

    operations = [
        migrations.AddField("tip", "risk_at", models.DateTimeField(null=True)),
        migrations.AddField("tip", "place", models.BigIntegerField(default=0)),
        migrations.RunPython(_fill, migrations.RunPython.noop),
        migrations.AddIndex("tip", models.Index(fields=["operation", "place", "id"], name="tips_in_order")),
    ]
