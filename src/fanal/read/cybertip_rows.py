"""From the sections of a CyberTipline report to rows: the reported user, its captures, the files, the words.

Whoever reports is a witness and has an account of the platform `mail`, which the steps leave out
(decision 8). The victim section becomes no row at all. An intended recipient is an account that is
accused of nothing: nobody knows at the start which accounts belong to children.
"""

import re
from collections import Counter
from typing import Any

from fanal.base.instants import precision
from fanal.base.language import mark
from fanal.model.kinds import BY_NAME as KINDS
from fanal.read import cybertip_words as words
from fanal.read.cybertip_files import FileRows
from fanal.read.cybertip_xml import Node, Report
from fanal.read.held_rows import HeldRows
from fanal.read.mail_text import cited, clean, links

WITNESS = "mail"
NO_PLATFORM = "esp"
NAME_CHARS = 255
NOTED = 100
NO_ADDRESS = mark("no network address")
NO_IDENTIFIER = "no identifier"
NAMED_AS_VICTIM = "named as victim too, no account made"

_SLUG = re.compile(r"[^a-z0-9]+")
_COUNTRY = re.compile(r"[A-Za-z]{2}")
_YEAR = re.compile(r"(\d{4})-\d{2}-\d{2}")
_IP = re.compile(r"[0-9A-Fa-f:.]{3,45}")


class ReportRows:
    """One report on its way to rows. `notes` is what the desk's record of it is made from."""

    def __init__(self, report: Report, rows: HeldRows, exhibit: int, platform: str | None = None) -> None:
        self._report, self._rows, self._exhibit = report, rows, exhibit
        self._cited: dict[tuple[str, str], dict[str, Any]] = {}
        self._victims = frozenset(
            leaf.text.casefold() for v in report.all("victim") for leaf in v.leaves() if leaf.text
        )
        # Without a name, two providers must not become one platform.
        self._provider = platform or provider_of(report) or f"{NO_PLATFORM}-{exhibit}"
        slug = _slug(self._provider) or f"{NO_PLATFORM}-{exhibit}"
        # A provider called Mail must not become a witness, nor its users fall out of the analysis.
        self._platform = f"{slug}-{NO_PLATFORM}" if slug == WITNESS else slug
        self.notes: dict[str, Any] = {"part": report.place, "platform": self._platform}

    def take(self) -> dict[str, Any]:
        """Make all rows. Returns the notes."""
        report = self._report
        self._number()
        self._witness = self._reporter()
        for section in report.all("incidentSummary"):
            self._incident(section)
        users = [self._user(section) for section in report.all("personOrUserReported")]
        for section in report.all("intendedRecipient"):
            self._recipient(section)
        known = [user for user in users if user]
        only = known[0] if len(users) == 1 and known else None
        files = FileRows(report, self._rows, self._platform, only, self._exhibit)
        self.notes |= files.take(self._capture)
        for section in report.all("internetDetails"):
            self._internet(section)
        for section in report.all("additionalInfo"):
            self._words(section)
        self.notes["reported"] = known
        self.notes["victims"] = len(report.all("victim"))
        self.notes["cited"] = list(self._cited.values())
        return self.notes

    def _number(self) -> None:
        said = [node for node in self._report.around if node.name == "reportId"]
        for section in self._report.all("fileDetails"):
            said += section.all("reportId")
        numbers = dict.fromkeys(node.read() for node in said if node.text)
        if numbers:
            self.notes["report_id"] = clean(next(iter(numbers)))[:NAME_CHARS]
        for node in self._report.around:
            if node.name == "dateReceived":
                self.notes["sent_at"] = clean(node.read())[:NAME_CHARS]

    def _reporter(self) -> str:
        """The account of who reports: a witness, by mailbox where one is told."""
        place, address = self._report.place, None
        for section in self._report.all("reporter"):
            for person in section.all("reportingPerson"):
                place, address = person.place, address or person.take("email")
        address = address if address and "@" in address else None
        native = (address or self._platform).lower()
        account = f"{WITNESS}:{native}"
        self._rows.row(
            "account", place, account=account, platform=WITNESS, native_id=native,
            display_name=clean(self._provider)[:NAME_CHARS], name_source="provider",
        )  # fmt: skip
        if address:
            self._rows.row("identifier", place, account=account, kind="email", value=address, relation="user")
        self.notes["from"] = f"{self._provider} <{address}>" if address else self._provider
        return account

    def _incident(self, section: Node) -> None:
        kind, at = section.take("incidentType"), section.take("incidentDateTime")
        if kind:
            self.notes.setdefault("subject", clean(kind)[:NAME_CHARS])
        if at:
            self.notes.setdefault("incident_at", clean(at)[:NAME_CHARS])
        for node in section.all("escalateToHighPriority"):
            self.notes.setdefault("escalated", {"locator": node.place, "text": clean(node.text)[:NAME_CHARS]})
            self._words(node)
        for node in section.all("incidentDateTimeDescription"):
            self._words(node)
        for tag in (tag for node in section.all("reportAnnotations") for tag in node.kids):
            tag.state = "read"
            self.notes.setdefault("annotations", []).append(tag.name)

    def _user(self, section: Node) -> str | None:
        """The account of the reported user with what the report says is its own. Returns its key."""
        platform = self._platform
        if section.take("thirdPartyUserReported") in ("true", "1"):
            service = section.take("espService") or "other"
            platform = f"{_slug(service) or NO_PLATFORM}-third-party"
        account = self._account(section, platform, "reported")
        if account is None:
            return None
        for kind, value, node in self._values(section):
            if self._is_victims(kind, value):
                node.state = "unmapped"
                continue
            self._rows.row(
                "identifier", node.place, account=account, kind=kind, value=value, relation="user",
                observed_at=node.take("dateTime"),
            )  # fmt: skip
            self._cite(kind, value, node.place, "reported")
        for capture in section.all("ipCaptureEvent"):
            self._capture(capture, account, "ipCaptureEvent")
        for node in section.all("profileUrl"):
            for link in links(node.read()):
                self._rows.row("link", node.place, url=clean(link.url), host=link.host, kind=link.kind, account=account)
        for node in section.all("additionalInfo"):
            self._words(node)
        return account

    def _recipient(self, section: Node) -> None:
        account = self._account(section, self._platform, "intended_recipient")
        for kind, value, node in self._values(section) if account else ():
            self._cite(kind, value, node.place, "intended_recipient")
        for node in section.all("additionalInfo"):
            self._words(node)

    def _account(self, section: Node, platform: str, role: str) -> str | None:
        persons = [kid for kid in section.kids if kid.name.endswith("Person")]
        esp, screen = section.take("espIdentifier"), section.take("screenName")
        native = esp or screen or next((value for _, value, _ in self._values(section)), None)
        if not native or native.casefold() in self._victims:
            why = NAMED_AS_VICTIM if native else NO_IDENTIFIER
            self._rows.row("remark", section.place, key="role_in_report", value=f"{role}: {why}")
            return None
        native = clean(native)[:NAME_CHARS]
        if platform == "whatsapp":
            native = KINDS["phone"].normalise(native if native.startswith("+") else f"+{native}") or native
        account = f"{platform}:{native}"
        names = [node.read() for node in section.all("displayName") if node.text]
        self._rows.row(
            "account", section.place, account=account, platform=platform, native_id=native,
            username=clean(screen)[:NAME_CHARS] if screen else None,
            display_name=clean(names[0])[:NAME_CHARS] if names else None, name_source="provider",
            **_stated(persons),
        )  # fmt: skip
        self._cite("account", account, section.place, role)
        self._rows.row("remark", section.place, key="role_in_report", value=role)
        self._remarks(section, persons, names[1:])
        return account

    def _remarks(self, section: Node, persons: list[Node], names: list[str]) -> None:
        """What a report says of a user beyond the columns of `account`."""
        told = [("display_name", name) for name in names]
        told += [
            (words.USER_REMARKS[n.name], n.read()) for n in section.kids if n.name in words.USER_REMARKS and n.text
        ]
        prior = (leaf for node in section.all("priorCTReports") for leaf in node.leaves() if leaf.text)
        told += [("prior_report", leaf.read()) for leaf in prior]
        ages = (node for p in persons for name in ("age", "approximateAge") for node in p.all(name) if node.text)
        told += [("stated_age", node.read()) for node in ages]
        for key, value in told:
            self._rows.row("remark", section.place, key=key, value=clean(value)[:NAME_CHARS])

    def _values(self, section: Node) -> list[tuple[str, str, Node]]:
        """(identifier kind, value, element) of all that a section says of its user."""
        found = []
        for holder in (section, *(kid for kid in section.kids if kid.name.endswith("Person"))):
            found += [("email", node.read(), node) for node in holder.all("email") if node.text]
            for node in (*holder.all("phone"), *holder.all("additionalContactNumber")):
                number, code = node.read(), node.attributes.get("countryCallingCode", "").lstrip("+")
                if number and code and not number.startswith("+"):
                    number = f"+{code} {number}"
                found += [("phone", number, node)] if number else []
        found += [("username", node.read(), node) for node in section.all("screenName") if node.text]
        for node in section.all("deviceId"):
            value = node.take("idValue") or node.read()
            found += [("device", value, node)] if value else []
        return [(kind, clean(value)[:NAME_CHARS], node) for kind, value, node in found]

    def _capture(self, node: Node, account: str | None, rule: str) -> None:
        """A network address that the provider captured: a row of `login`, whatever the event was, with the event."""
        address, event, at = node.take("ipAddress"), node.take("eventName"), node.take("dateTime")
        if account is None:
            return
        if not address or not _IP.fullmatch(address):
            for kid in node.kids or [node]:
                kid.state = "rejected"
            self._rows.reject(node.place, "ip", NO_ADDRESS, address or "")
            return
        proxy, port = node.take("possibleProxy"), node.take("port")
        self._rows.row(
            "login", node.place, account=account, at=at, at_precision=precision("iso", at) if at else None, ip=address,
            src_port=port, success="true" if (event or "").lower() == "login" else None,
            rule=f"{rule} {clean(event)[:40]}" if event else rule,
        )  # fmt: skip
        if proxy:
            self._rows.row("remark", node.place, key="possible_proxy", value=clean(proxy)[:40])

    def _internet(self, section: Node) -> None:
        for incident in section.kids:
            for node in incident.all("url"):
                for link in links(node.read()):
                    self._rows.row("link", node.place, url=clean(link.url), host=link.host, kind=link.kind)
            for name, kind in (("emailAddress", "email"), ("phoneNumber", "phone")):
                for node in incident.all(name):
                    self._cite(kind, clean(node.read())[:NAME_CHARS], node.place, "incident")
            for name in ("content", "additionalInfo"):
                for node in incident.all(name):
                    self._words(node)

    def _words(self, node: Node) -> None:
        """Free text of the report: a message of the witness who reports. What it cites is nobody's yet."""
        body = clean(node.read())
        if not body:
            return
        self._rows.row("message", node.place, account=self._witness, kind="text", body=body)
        for kind, value in cited(body):
            self._cite(kind, value, node.place, "text")

    def _cite(self, kind: str, value: str, place: str, of: str) -> None:
        """Note an identifier for the desk, unless it is a victim's."""
        if value and len(self._cited) < NOTED and not self._is_victims(kind, value):
            self._cited.setdefault((kind, value), {"kind": kind, "value": value, "locator": place, "of": of})

    def _is_victims(self, kind: str, value: str) -> bool:
        if value.casefold() in self._victims:
            return True
        normalise = KINDS[kind].normalise if kind in KINDS else None
        norm = normalise(value) if normalise else None
        return bool(norm and normalise and norm in {normalise(text) for text in self._victims})


def provider_of(report: Report) -> str | None:
    """The name of the provider that reports, from the first place where one stands."""
    for section in report.all("reporter"):
        for holder in (*section.all("reportingEsp"), section, *section.all("reportingPerson")):
            for name in ("espName", "companyName", "name"):
                if told := holder.take(name):
                    return told
            if holder.name == "reportingEsp" and holder.text:
                return holder.read()
    elsewhere = [section.take("espService") for section in report.all("personOrUserReported")]
    elsewhere += [section.take("platform") for section in report.all("incidentSummary")]
    chats = [chat for section in report.all("internetDetails") for chat in section.all("chatImIncident")]
    return next(filter(None, (*elsewhere, *(chat.take("chatClient") for chat in chats))), None)


def account_for(report: Report) -> tuple[dict[str, Counter[str]], Counter[str]]:
    """What became of every element that says something: by section, and the names of the unknown ones."""
    counts: dict[str, Counter[str]] = {}
    unknown: Counter[str] = Counter()
    for node in (*report.sections, *report.around):
        part = counts.setdefault(node.name if node in report.sections else "report", Counter())
        for leaf in node.leaves():
            part[leaf.state] += 1
            if leaf.name not in words.ELEMENTS:
                unknown[leaf.name] += 1
    if report.refused:
        counts.setdefault("report", Counter())["rejected"] += sum(report.refused.values())
    return counts, unknown


def _slug(name: str) -> str:
    return _SLUG.sub("-", name.lower()).strip("-")[:64]


def _stated(persons: list[Node]) -> dict[str, Any]:
    """Name, birth year and country that a report gives for the person behind a user."""
    names = [" ".join(filter(None, (p.take("firstName"), p.take("lastName")))) for p in persons]
    born = [hit[1] for p in persons if (hit := _YEAR.match(p.take("dateOfBirth") or ""))]
    lands = [land for p in persons for a in p.all("address") if _COUNTRY.fullmatch(land := a.take("country") or "")]
    name = next(filter(None, names), None)
    return {
        "stated_name": clean(name)[:NAME_CHARS] if name else None,
        "stated_birth_year": int(born[0]) if born else None,
        "stated_country": lands[0].upper() if lands else None,
    }
