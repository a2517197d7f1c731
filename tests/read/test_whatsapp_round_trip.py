"""What a chat holds is what is read: chats written in every form, script and language, and read again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_whatsapp_languages import LINES, MEDIA, TOLD
from whatsapp_case import read

from fanal.read.whatsapp_heads import heads
from fanal.read.whatsapp_phrases import PHRASES

LRM, RLM = "\u200e", "\u200f"
START = datetime(2021, 3, 1, 5, 7, 9)
ZEROES = {"western": "0", "arabic": "\u0660", "persian": "\u06f0", "devanagari": "\u0966"}


@dataclass(frozen=True)
class Form:
    """How one telephone writes the head of a message; fields as `stamped` fills them."""

    head: str
    seconds: bool = False
    ios: bool = False
    years_ahead: int = 0


FORMS = {
    "android": Form("{d}/{m}/{y}, {H}:{M} - "),
    "android, four digits of year": Form("{d}/{m}/{Y}, {H}:{M} - "),
    "android, German": Form("{d}.{m}.{y}, {H}:{M} - "),
    "android, American": Form("{mm}/{dd}/{y}, {h}:{M}\u202f{half} - "),
    "android, Indian": Form("{d}/{m}/{y}, {h}:{M} {half} - "),
    "android, Dutch": Form("{d}-{m}-{Y} {H}:{M} - "),
    "android, Swedish": Form("{Y}-{m}-{d} {H}:{M} - "),
    "android, Finnish": Form("{dd}.{mm}.{Y} {H}.{M} - "),
    "android, Arabic": Form(f"{RLM}{{dd}}{RLM}/{{mm}}{RLM}/{{Y}}، {{h}}:{{M}} {{arabic_half}} - "),
    "android, Thai": Form("{dd}/{mm}/{Y} {H}:{M} - ", years_ahead=543),
    "android, French": Form("{d}/{m}/{Y} à {H}:{M} - "),
    "ios": Form("[{d}/{m}/{y}, {H}:{M}:{S}] ", seconds=True, ios=True),
    "ios, German": Form("[{d}.{m}.{y}, {H}:{M}:{S}] ", seconds=True, ios=True),
    "ios, American": Form("[{mm}/{dd}/{y}, {h}:{M}:{S}\u202f{half}] ", seconds=True, ios=True),
    "ios, Swedish": Form("[{Y}-{m}-{d} {H}:{M}:{S}] ", seconds=True, ios=True),
    "ios, Chinese": Form("[{Y}/{m}/{d} {before}{h}:{M}:{S}] ", seconds=True, ios=True),
    "ios, Arabic": Form(f"{RLM}[{{d}}/{{m}}/{{Y}}، {{h}}:{{M}}:{{S}} {{arabic_half}}] ", seconds=True, ios=True),
}


def stamped(form: Form, at: datetime, zero: str) -> str:
    """A head; its digits in the script that begins with `zero`."""
    late = at.hour >= 12
    text = form.head.format(
        d=f"{at:%d}", m=f"{at:%m}", dd=at.day, mm=at.month, y=f"{at.year % 100:02}", Y=at.year + form.years_ahead,
        H=f"{at:%H}", h=at.hour % 12 or 12, M=f"{at:%M}", S=f"{at:%S}", half="PM" if late else "AM",
        arabic_half="م" if late else "ص", before="下午" if late else "上午",
    )  # fmt: skip
    return text.translate({ord("0") + n: chr(ord(zero) + n) for n in range(10)})


names = st.sampled_from(
    [
        "+34 600 00 00 01",
        "Member 1",
        "~\u202fMember 2",
        "\u202a+44\u00a07700\u00a0900\u2011123\u202c",
        "Élodie 3",
        "عضو ٤",
        "A:b",
    ]
)
words = st.text("abc é:,-/.()[]0123 <>'\"\n\u200f\u202e\u2028😀пр", max_size=40)
messages = st.lists(
    st.tuples(names, words, st.sampled_from(["text"] * 6 + ["system", "media", "file"])), min_size=1, max_size=20
)


def composed(kind: str, body: str, number: int, written: Form, language: str, event: str) -> tuple[str, str, bool]:
    """What stands behind the sender: kind of the row that must come of it, its body, whether nobody wrote it."""
    mark, file = LRM if written.ios else "", f"IMG-20210301-WA{number:04}.jpg"
    left_out, attached, image, attached_ios = MEDIA[language]
    if kind == "system":
        return "system", mark + LINES[language][event], True
    if kind == "media":
        return ("image", mark + image, False) if written.ios else ("file", f"<{left_out}>", False)
    if kind == "file":
        return "image", f"{LRM}<{attached_ios}: {file}>" if written.ios else f"{LRM}{file} ({attached})", False
    if body.startswith("<") or any(heads(part) for part in (body, *body.split("\u2028"))):
        return "text", "message", False
    return "text", body, False


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    chat=messages,
    form=st.sampled_from(sorted(FORMS)),
    script=st.sampled_from(sorted(ZEROES)),
    language=st.sampled_from(sorted(PHRASES)),
    event=st.sampled_from(sorted(TOLD)),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_every_chat_is_read_as_it_was_written(chat, form, script, language, event, end):
    written, zero = FORMS[form], ZEROES[script]
    text, expected = "", []
    # Days past the twelfth tell the order of the numbers; a day between messages brings them.
    for n, (sender, body, kind) in enumerate([("Member 1", "first", "text"), *chat]):
        at = START + timedelta(days=13 + n, hours=n, minutes=3 * n, seconds=7 * n)
        row, content, system = composed(kind, body, n, written, language, event)
        line = content if system and not written.ios else f"{sender}: {content}"
        expected.append((at if written.seconds else at.replace(second=0), row, system, content))
        text += stamped(written, at, zero) + line + end
    outcome = read(text, "_chat.txt")
    rows = outcome.column("message", "at", "kind", "account", "body")
    assert [(at, kind, account is None, body) for at, kind, account, body in rows] == expected
    assert outcome.rows("reject") == []
    assert outcome.counts == {"source": len(expected), "read": len(expected), "rejected": 0, "unmapped": 0}
    told = len(TOLD[event]) * sum(system for _, _, system, _ in expected)
    assert len(outcome.rows("membership")) == told
