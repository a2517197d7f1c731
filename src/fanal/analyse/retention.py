"""How long those who can be asked usually keep what is asked for. It orders requests; it promises nothing.

A provider may keep less, or nothing: the figures are the rule of law or usage where one is known,
and a cautious guess elsewhere, which its reason says.
"""

from dataclasses import dataclass

from fanal.base.language import mark


@dataclass(frozen=True)
class Retention:
    """Days for which one kind of record is usually kept, in one country or (country "") elsewhere."""

    kind: str
    country: str
    days: int
    reason: str


RETENTION = (
    Retention("address", "", 180, mark("No rule known: half a year is assumed for logs of addresses.")),
    Retention("address", "DE", 7, mark("No general duty to keep logs of addresses; about a week is usual.")),
    Retention("address", "ES", 365, mark("Act 25/2007: providers keep logs of addresses for twelve months.")),
    Retention("address", "FR", 365, mark("Providers keep what identifies a subscriber for one year.")),
    Retention("address", "IT", 2160, mark("Act 167/2017: seventy-two months for the gravest offences.")),
    Retention("wallet", "", 1826, mark("Rules against money laundering: five years from the transaction.")),
    Retention("mailbox", "", 365, mark("No rule known: hosts often close a mailbox that nobody opens for a year.")),
)
ELSEWHERE = {r.kind: r.days for r in RETENTION if not r.country}
