"""Single values of a UFED report: instants, hashes, types of files, entries of an address card."""

from fanal.base.instants import precision
from fanal.read.ufed_keys import mail_key
from fanal.read.ufed_model import Model

_TRUE = frozenset({"true", "yes", "1"})
_ENDINGS = {
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "heic": "image/heic",
    "webp": "image/webp", "mp4": "video/mp4", "mov": "video/quicktime", "3gp": "video/3gpp", "opus": "audio/ogg",
    "ogg": "audio/ogg", "m4a": "audio/mp4", "mp3": "audio/mpeg", "pdf": "application/pdf",
}  # fmt: skip


def entry_of(model: Model) -> tuple[str, str | None]:
    """Of which kind an entry of a card is, and its value. Old reports tell the kind by the category alone."""
    value, category = model.get("Value"), (model.get("Category") or "").lower()
    if model.kind != "ContactEntry":
        return model.kind, value
    if mail_key(value) or "mail" in category:
        return "EmailAddress", value
    return ("PhoneNumber" if any(word in category for word in ("phone", "mobile", "tel")) else "UserID"), value


def instant_of(model: Model, name: str) -> tuple[str | None, str | None]:
    """An instant as ISO text, and how finely it tells time. Text without offset that the tool calls UTC is UTC."""
    said = (model.get(name) or "").strip()
    if not said:
        return None, None
    utc = "utc" in (model.get(f"{name}@format") or "").lower() and not said.endswith("Z")
    if utc and not (len(said) > 19 and said[-6] in "+-"):  # noqa: PLR2004
        said += "Z"
    return said, precision("iso", said)


def is_true(said: str | None) -> bool:
    """Whether a field says yes."""
    return (said or "").strip().lower() in _TRUE


def hash_of(said: str | None, length: int) -> str | None:
    """A hash of so many hexadecimal digits, in lower case; None where it is none."""
    value = (said or "").strip().lower()
    return value if len(value) == length and not set(value) - set("0123456789abcdef") else None


def mime_of(name: str | None) -> str | None:
    """The type that a file name's ending promises."""
    return _ENDINGS.get((name or "").rpartition(".")[2].lower())
