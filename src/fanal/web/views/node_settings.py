"""The node's settings: what each means and what it is; an administrator changes them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fanal.base.language import mark, translate
from fanal.cases.access import allowed, may
from fanal.web.installation import node
from fanal.web.requests import actor_of
from fanal.web.second_factor import fresh_factor
from fanal.work.settings import change_settings, show_settings

#: Parts of the file, in words.
SECTIONS = {
    "node": mark("The agency"),
    "desk": mark("The desk"),
    "deconflict": mark("Deconfliction"),
    "media": mark("Comparing media"),
}


@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Read them, or change them."""
    actor = actor_of(request)
    if request.method == "POST":
        may(actor, "setting.change")
        fresh_factor(request)
        wanted = {name.removeprefix("set-"): str(v) for name, v in request.POST.items() if name.startswith("set-")}
        changed = change_settings(actor, node(), wanted, request.POST.get("seen", ""))
        said = translate("Changed: {names}.").format(names=", ".join(changed))
        messages.success(request, said if changed else translate("Nothing was changed."))
        return redirect("settings")
    found = show_settings(actor, node())
    parts = [(words, [row for row in found["settings"] if row["section"] == name]) for name, words in SECTIONS.items()]
    told = {
        "section": "settings",
        "seen": found["seen"],
        "parts": parts,
        "may_change": allowed(actor, "setting.change"),
    }
    return render(request, "desk/settings.html", told)
