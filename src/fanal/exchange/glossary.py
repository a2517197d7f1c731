"""glossary.csv: what every name and code in a package means, in the recipient's language, one line each.

For those who open identities.csv or the tables without Fanal. Where something is named, what it is called there, what
it means; names and codes stay as they stand in the files.
"""

from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc

from fanal.analyse.roles import RULES
from fanal.base.language import mark, speaking, translate
from fanal.exchange.sheet import guarded
from fanal.model.codes import CERTAINTY_WORDS, HANDLING_WORDS, INFORMATION_WORDS, OUTCOME_WORDS, SOURCE_WORDS
from fanal.model.kinds import KINDS

GLOSSARY = "data/glossary.csv"
#: Every column of identities.csv.
COLUMN_WORDS = {
    "rank": mark("The order in which to look at identities; 1 is first."),
    "identity": mark("The id of the online identity, the same in every file of this package."),
    "country_is": mark("How sure it is that the country is yours."),
    "other_countries": mark("Other countries that some evidence speaks for."),
    "held_by_others": mark("How many other countries hold the same identity; which ones is not told."),
    "flags": mark("What people decided of it: child_at_risk, minor. No flag is no answer."),
    "roles": mark("What the evidence shows it doing."),
    "reasons": mark("Names of what gave it its rank."),
    "accounts": mark("Accounts on platforms, each as platform:number."),
    "usernames": mark("User names of its accounts."),
    "emails": mark("Mailboxes."),
    "phones": mark("Phone numbers with their calling code; an apostrophe in front is there for spreadsheets."),
    "crypto_addresses": mark("Addresses of crypto-currency."),
    "other_identifiers": mark("Other identifiers, each as kind:value."),
    "first_seen": mark("First activity in the evidence, UTC."),
    "last_seen": mark("Last activity in the evidence, UTC."),
    "together_for": mark("What speaks for one holder of all its accounts."),
    "together_against": mark("What speaks against one holder of all its accounts."),
    "country_for": mark("What speaks for your country."),
    "country_against": mark("What speaks for another country."),
}
#: Every table that may lie in tables/; a step's own findings and supports are told of together.
TABLE_WORDS = {
    "account": mark("Accounts, as the sources have them."),
    "identifier": mark("Mailboxes, phone numbers, wallets and devices of accounts."),
    "login": mark("Logins: when, and from which address and port."),
    "channel": mark("Groups, channels and forums."),
    "membership": mark("Who joined or left a channel, or was added to it."),
    "message": mark("Messages: who, when and where; their text only where that was allowed."),
    "media": mark("Files that were shared: digests and technical data, never content."),
    "share": mark("Who uploaded, posted, viewed or downloaded which file."),
    "payment": mark("Payments: when, how much, from which address to which."),
    "link": mark("Links that were posted: host and digest."),
    "identity": mark("The online identities of this package."),
    "identity_account": mark("Which account belongs to which identity."),
    "identity_country": mark("How probable each country is."),
    "identity_origin": mark("The country that an identity most probably belongs to, in words of certainty."),
    "identity_role": mark("Roles, and how often each was shown."),
    "identity_threshold": mark("Whether the threshold is met, and by which conduct."),
    "identity_rank": mark("The rank, and the names of what gave it."),
    "lead": mark("Questions to providers, exchanges and mail hosts, with the day on which their records end."),
    "request": mark("Which reference of requests.csv stands for which identity; not for the addressee."),
    "flag": mark("Flags: on which account, and by whose word."),
    "media_pdq": mark("Perceptual fingerprints of media, for peers entitled to them alone."),
    "series": mark("Series: media that are the same or near-duplicates, how many, where used, and officers' grades."),
    "series_media": mark("The media of each series that identities of this package used, by digests."),
    "series_grade": mark("Which agency's officers graded media of a series how; no hash list speaks here."),
    "identity_series": mark("Which identity used media of which series."),
    "grade": mark("What examiners of the sender graded, medium by medium."),
    "opinion": mark("What the sender's officers decided, and why."),
    "*_finding": mark("What one step of the analysis found."),
    "*_support": mark("Rows of evidence for, against or beside each finding."),
}
TERMS = {
    mark("online identity"): mark("Accounts that belong together, with reasons for and against; it is no person."),
    mark("exhibit"): mark("One file that was lawfully obtained, registered with its digest and never changed."),
    mark("observation"): mark("One row of an exhibit as it was read, with its place in the exhibit."),
    mark("threshold"): mark("The written condition, approved by the prosecutor, for what may be sent."),
    mark("service number"): mark("How an officer appears outside the agency."),
    mark("digest"): mark("The SHA-256 of a file: two files with the same one are the same."),
}


def glossary_rows() -> list[tuple[str, str, str]]:
    """Where, name, meaning: every line of the glossary, in the language in force."""
    codes = {**CERTAINTY_WORDS, **HANDLING_WORDS, **SOURCE_WORDS, **INFORMATION_WORDS, **OUTCOME_WORDS}
    word, code, kind = translate("word"), translate("code"), translate("kind of identifier")
    return [
        *((word, translate(name), translate(meaning)) for name, meaning in TERMS.items()),
        *(("identities.csv", name, translate(meaning)) for name, meaning in COLUMN_WORDS.items()),
        *((f"tables/{name}.parquet", name, translate(meaning)) for name, meaning in TABLE_WORDS.items()),
        *((code, rule.role, translate(rule.text)) for rule in RULES),
        *((code, name, translate(meaning)) for name, meaning in codes.items()),
        *((kind, one.name, f"{translate(one.label)}: {translate(one.reason)}") for one in KINDS),
    ]


def write_glossary(folder: Path, language: str) -> None:
    """Write a bag's glossary.csv in that language: UTF-8, safe to open in a spreadsheet."""
    with speaking(language):
        head = [translate("where"), translate("name"), translate("meaning")]
        columns = zip(*glossary_rows(), strict=True)
        texts = [guarded(pa.chunked_array([pa.array(column)])) for column in columns]
    pc.write_csv(pa.table(texts, names=head), folder / GLOSSARY, pc.WriteOptions(quoting_style="needed"))
