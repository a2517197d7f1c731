"""The database itself refuses to change or delete what was decided, answered or reported."""

from django.db import migrations

from fanal.cases.guards import protect, release

TABLES = ("cases_decision", "cases_answer", "cases_arrival", "cases_caseevent")


def _protect(apps, editor):
    protect(editor, TABLES)


def _release(apps, editor):
    release(editor, TABLES)


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [migrations.RunPython(_protect, _release)]
