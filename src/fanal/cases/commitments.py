"""Are rows as they were written? Each is held against the last entry of the outbox about it.

The outbox itself is held against the log's files elsewhere (`work.log`): a row and its entry edited alike are
found there.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps

from fanal.base.language import mark, translate
from fanal.cases.models.audit import Outbox
from fanal.cases.models.committed import DELETED, WRITTEN, Committed, digest, subject_of

CHANGED = mark("{row}: not as Fanal wrote it")
UNKNOWN = mark("{row}: in the case store, but Fanal did not write it")
GONE = mark("{row}: taken out of the case store")


def committed_models() -> list[type[Committed]]:
    """Every table whose rows are committed to."""
    models = apps.get_app_config("cases").get_models()
    return [model for model in models if issubclass(model, Committed) and model.commits]


def row_problems() -> tuple[int, list[str]]:
    """How many rows were looked at, and one line for each that is not as Fanal last wrote it."""
    said = _last_said()
    problems = []
    checked = 0
    for model in committed_models():
        for told in _rows(model):
            checked += 1
            row = subject_of(model, told[model._meta.pk.attname])
            expected = said.pop(row, None)
            if expected is None:
                problems.append(translate(UNKNOWN).format(row=row))
            elif expected != digest(model, told):
                problems.append(translate(CHANGED).format(row=row))
    problems += [translate(GONE).format(row=row) for row, expected in sorted(said.items()) if expected is not None]
    return checked, problems


def _rows(model: type[Committed]) -> Iterator[dict[str, Any]]:
    rows: Any = model._base_manager.order_by("pk").values()
    yield from rows.iterator()


def _last_said() -> dict[str, str | None]:
    """Row to the digest that the last entry about it commits to; None where it was deleted."""
    return dict(_entries())


def _entries() -> Iterator[tuple[str, str | None]]:
    about = Outbox.objects.filter(verb__in=(WRITTEN, DELETED)).order_by("pk")
    for content in about.values_list("content", flat=True).iterator():
        yield content["subject"], content["facts"]["row"]
