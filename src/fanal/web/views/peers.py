"""Other agencies and their keys, and this node's own: pinned, compared, revoked, rotated, as on the command line."""

import tempfile
from dataclasses import fields
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from fanal.base.language import translate
from fanal.cases.access import allowed, may
from fanal.exchange.revocation import ENDING, REASONS
from fanal.web.installation import node
from fanal.web.requests import act_of, actor_of
from fanal.web.second_factor import fresh_factor
from fanal.web.uploads import SCRATCH, uploaded
from fanal.work.keys import key_warnings, list_keys, own_files, own_identity, revoke_keys, rotate_keys
from fanal.work.peers import list_peers, pin_card, show_peer, write_card
from fanal.work.pins import compare_peer, is_notice, pin_history, revoke_peer, take_notice
from fanal.work.terms import KIND_WORDS, WORDS, Assessment, assess, list_terms

#: What the list of agencies shows of each.
COLUMNS = ("country", "state", "terms", "compared_at", "expires_at")
#: What the form of an agency's terms tells; what is empty stays as it stands.
TERMS = tuple(field.name for field in fields(Assessment))
#: What a pin's history shows.
HISTORY = ("at", "what", "officer", "compared_with", "over", "reason", "fingerprint")


@require_http_methods(["GET", "POST"])
def peers(request: HttpRequest) -> HttpResponse:
    """Agencies whose keys are pinned; take in a card, or a notice that withdraws a key."""
    actor = actor_of(request)
    if request.method == "POST":
        may(actor, "peer.pin")
        return _taken(request)
    told = {
        "rows": list_peers(actor),
        "section": "peers",
        "warnings": key_warnings(actor, node()),
        "may_pin": allowed(actor, "peer.pin"),
    }
    return render(request, "desk/peers.html", told)


def _taken(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    with uploaded(request, "file") as path:
        if is_notice(actor, path):
            peer = take_notice(actor, path)
            said = translate("The key {fingerprint} of {agency} is revoked.")
            messages.success(request, said.format(fingerprint=peer.fingerprint, agency=peer.agency.name))
            return redirect("peer", pin=peer.pk)
        card = pin_card(actor, node(), path, request.POST.get("replaces", "").strip())
    (row,) = [r for r in list_peers(actor) if r["node"] == card.party.node and r["fingerprint"] == card.fingerprint]
    messages.success(request, translate("The card of {agency} is pinned.").format(agency=card.party.agency))
    return redirect("peer", pin=row["pin"])


@require_http_methods(["GET", "POST"])
def peer(request: HttpRequest, pin: int) -> HttpResponse:
    """One pin: the groups to compare by phone, its history; put a comparison on record, revoke it."""
    actor = actor_of(request)
    row = show_peer(actor, pin)
    if request.method == "POST":
        asked = request.POST
        act = act_of(request, "compare", "revoke", "assess")
        may(actor, "peer.assess" if act == "assess" else "peer.pin")
        if act == "assess":
            assess(actor, row["node"], Assessment(**{name: asked.get(name, "").strip() for name in TERMS}))
            messages.success(request, translate("The terms are on record."))
        elif act == "compare":
            compare_peer(actor, row["node"], asked.get("with", ""), asked.get("over", ""), asked.get("reason", ""))
            messages.success(request, translate("The comparison is on record."))
        else:
            fresh_factor(request)
            revoke_peer(actor, row["node"], asked.get("why", ""), asked.get("reason", ""))
            messages.success(request, translate("The key is revoked."))
        return redirect("peer", pin=pin)
    history = [r for r in pin_history(actor, row["node"]) if r["fingerprint"] == row["fingerprint"]]
    told: dict[str, Any] = {
        "section": "peers",
        "row": row,
        "groups": row["compare_by_phone"].split(),
        "history": [{name: one[name] for name in HISTORY} for one in history],
        "in_use": not row["revoked_at"],
        "terms": [_term(one) for one in list_terms(actor, row["node"])],
        "words": WORDS,
        "may_assess": allowed(actor, "peer.assess"),
        "may_pin": allowed(actor, "peer.pin"),
        "reasons": REASONS,
    }
    return render(request, "desk/peer.html", told)


def _term(row: dict[str, Any]) -> dict[str, Any]:
    """One term in the reader's words."""
    words = WORDS[row["kind"]][row["value"]] if row["kind"] in WORDS else ""
    return row | {"kind": KIND_WORDS[row["kind"]], "words": words}


@require_http_methods(["GET", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """This node's keys and card; write a card, rotate the keys, withdraw them."""
    actor = actor_of(request)
    if request.method == "POST":
        return _act(request)
    told: dict[str, Any] = {
        "section": "peers",
        "own": own_identity(actor, node()),
        "keys": list_keys(actor, node()),
        "files": [path.name for path in own_files(actor, node())],
        "may_manage": allowed(actor, "keys.manage"),
        "reasons": {name: words for name, words in REASONS.items() if name != "lost"},
    }
    told["groups"] = told["own"]["compare_by_phone"].split()
    return render(request, "desk/own_keys.html", told)


def _act(request: HttpRequest) -> HttpResponse:
    actor, asked = actor_of(request), request.POST
    act, reason = act_of(request, "card", "rotate", "revoke"), asked.get("reason", "")
    may(actor, "peer.card" if act == "card" else "keys.manage")
    fresh_factor(request)
    if act == "card":
        with tempfile.TemporaryDirectory(prefix="card-", dir=node().folder / SCRATCH) as folder:
            write_card(actor, node(), Path(folder) / "own.fanal-card")
        messages.success(request, translate("A new card is written. Take it from the list below and send it."))
    elif act == "rotate":
        made = rotate_keys(actor, node(), lost=asked.get("lost") == "1", reason=reason)
        if made["chained"]:
            said = translate("The node has new keys; the old one vouches for them. Write a new card and send it.")
        else:
            said = translate("The node has new keys and a new id. Write a card; every agency compares it by phone.")
        messages.success(request, said)
    else:
        number = len(own_files(actor, node()))
        name = f"{node().country}-{node().node_id[:8]}-{number}{ENDING}"
        revoke_keys(actor, node(), node().keys / name, asked.get("why", ""), reason)
        messages.success(request, translate("The keys are withdrawn. Send the notice to every agency, and call them."))
    return redirect("own_keys")


@require_GET
def own_file(request: HttpRequest, name: str) -> FileResponse:
    """The own card, or a revocation notice."""
    for path in own_files(actor_of(request), node()):
        if path.name == name:
            shown = f"{node().country}-{node().node_id[:8]}.fanal-card" if name.endswith("-card") else name
            return FileResponse(path.open("rb"), as_attachment=True, filename=shown)
    raise Http404
