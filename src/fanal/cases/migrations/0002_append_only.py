"""The database itself refuses to change or delete what was decided, answered or reported."""

from django.db import migrations

TABLES = ("cases_decision", "cases_answer", "cases_arrival", "cases_caseevent")


def _protect(apps, editor):
    for table in TABLES:
        for verb in ("UPDATE", "DELETE"):
            editor.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'append-only'); END"
            )


def _release(apps, editor):
    for table in TABLES:
        for verb in ("update", "delete"):
            editor.execute(f"DROP TRIGGER {table}_no_{verb}")


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [migrations.RunPython(_protect, _release)]
