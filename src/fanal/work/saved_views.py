"""Saved views: filters of the list of identities that an officer keeps under a name, for one operation.

A shared one is seen by every officer of the operation; who saved it alone changes it.
"""

from dataclasses import asdict
from typing import Any

from django.db.models import Q

from fanal.analyse.pages import Wanted
from fanal.base.errors import FanalError
from fanal.cases.access import Actor, may, officer_of
from fanal.cases.models.offices import Operation
from fanal.cases.models.saved_views import LONGEST_NAME, SavedView

#: Views that one officer keeps in one operation.
MOST = 50


class BadViewName(FanalError):
    """A name that no view can have."""

    code = "F-VIEW-01"
    text = "A saved view needs a name of 1 to {longest} characters; nothing was saved."
    exit_code = 2


class NoSuchView(FanalError):
    """No saved view of that number that the officer may open or change."""

    code = "F-VIEW-02"
    text = "There is no saved view {view} of yours in operation {operation}; the page of saved views lists them."


class TooManyViews(FanalError):
    """One more than an officer keeps."""

    code = "F-VIEW-03"
    text = "You keep {most} saved views in operation {operation}; delete one first."


class ViewExists(FanalError):
    """A view was to get the name of another."""

    code = "F-VIEW-04"
    text = "You have a saved view named {name} already; choose another name."
    exit_code = 2


def list_views(actor: Actor, operation: Operation) -> list[dict[str, Any]]:
    """The officer's own views and those shared in the operation, own ones first.

    Returns:
        Rows of `view` (its number), `name`, `wanted`, `shared`, `own`, `officer`.
    """
    may(actor, "person.read", operation.slug)
    seen = SavedView.objects.filter(Q(officer__service_number=actor.officer) | Q(shared=True), operation=operation)
    rows = [
        {
            "view": view.pk,
            "name": view.name,
            "wanted": Wanted(**view.asked),
            "shared": view.shared,
            "own": view.officer.service_number == actor.officer,
            "officer": view.officer.service_number,
        }
        for view in seen.select_related("officer").order_by("name", "pk")
    ]
    return sorted(rows, key=lambda row: not row["own"])


def save_view(actor: Actor, operation: Operation, name: str, wanted: Wanted, *, shared: bool) -> None:
    """Keep a filter under a name; one of the same name is replaced. Raises BadViewName, TooManyViews."""
    may(actor, "view.keep", operation.slug)
    own = SavedView.objects.filter(operation=operation, officer__service_number=actor.officer)
    named = _name(name)
    if own.exclude(name=named).count() >= MOST:
        raise TooManyViews(most=MOST, operation=operation.slug)
    asked = {key: value for key, value in asdict(wanted).items() if key != "identity"}
    SavedView.objects.update_or_create(
        operation=operation, officer=officer_of(actor), name=named, defaults={"asked": asked, "shared": shared}
    )


def change_view(actor: Actor, operation: Operation, number: int, name: str, *, shared: bool) -> None:
    """Give an own view another name, and say who sees it. Raises NoSuchView, BadViewName, ViewExists."""
    may(actor, "view.keep", operation.slug)
    view, named = _own(actor, operation, number), _name(name)
    if SavedView.objects.filter(operation=operation, officer=view.officer, name=named).exclude(pk=view.pk).exists():
        raise ViewExists(name=named)
    view.name, view.shared = named, shared
    view.save(update_fields=["name", "shared"])


def delete_view(actor: Actor, operation: Operation, number: int) -> None:
    """Forget an own view. Raises NoSuchView."""
    may(actor, "view.keep", operation.slug)
    _own(actor, operation, number).delete()


def _own(actor: Actor, operation: Operation, number: int) -> SavedView:
    try:
        return SavedView.objects.select_related("officer").get(
            operation=operation, officer__service_number=actor.officer, pk=number
        )
    except SavedView.DoesNotExist as e:
        raise NoSuchView(view=number, operation=operation.slug) from e


def _name(told: str) -> str:
    name = " ".join(told.split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadViewName(longest=LONGEST_NAME)
    return name
