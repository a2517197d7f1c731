"""Saved views of the list of identities, and the list as a file."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from fanal.cases.models.saved_views import LONGEST_NAME
from fanal.web.filters import place_of, query_of, rank_of
from fanal.web.installation import node
from fanal.web.requests import act_of, actor_of, operation_of
from fanal.work.identity_table import identity_table
from fanal.work.saved_views import change_view, delete_view, list_views, save_view

#: A spreadsheet takes text for UTF-8 only where this stands before it.
BYTE_ORDER_MARK = "\ufeff"


@require_http_methods(["GET", "POST"])
def views(request: HttpRequest, slug: str) -> HttpResponse:
    """The officer's saved views and those shared; save the filter at hand, rename, share, delete."""
    actor, operation = actor_of(request), operation_of(request, slug)
    asked = request.POST
    act = act_of(request, "save", "change", "delete") if request.method == "POST" else ""
    if act == "save":
        wanted = place_of(asked).wanted
        save_view(actor, operation, asked["name"], wanted, shared=asked.get("shared") == "1")
        query = query_of(wanted)
        return redirect(reverse("identities", args=[slug]) + (f"?{query}" if query else ""))
    if act:
        number = rank_of(asked["view"])
        if act == "delete":
            delete_view(actor, operation, number)
        else:
            change_view(actor, operation, number, asked["name"], shared=asked.get("shared") == "1")
        return redirect("saved_views", slug=slug)
    rows = [row | {"query": query_of(row["wanted"])} for row in list_views(actor, operation)]
    told = {"operation": operation, "section": "identities", "rows": rows, "longest": LONGEST_NAME}
    return render(request, "desk/saved_views.html", told)


@require_GET
def export(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """What the filter selects, as a file that is made while it goes out."""
    actor, operation = actor_of(request), operation_of(request, slug)
    table = identity_table(actor, node(), operation, place_of(request.GET).wanted)
    answer = StreamingHttpResponse(_marked(table.lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{table.name}"'
    return answer


def _marked(lines: Iterator[str]) -> Iterator[str]:
    yield BYTE_ORDER_MARK
    yield from lines
