"""Why a sealed file is refused: one class and one line each. Nothing is left on disk after any of them."""

from fanal.base.errors import FanalError


class Refused(FanalError):
    """Base of every refusal of a package, an answer, a receipt or a card."""

    code = "F-PKG-01"
    text = "{path} is refused: {detail}."


class NotForUs(Refused):
    """The seal does not open with this node's key."""

    code = "F-PKG-02"
    text = "{path} is refused: it is not sealed for this node; send it back to who sent it, and ask for ours."


class Damaged(Refused):
    """Truncated, or bytes changed on the way."""

    code = "F-PKG-03"
    text = "{path} is refused: it is damaged or cut short ({detail}); ask for it again."


class Rewrapped(Refused):
    """Sealed for us by someone who was not its author's recipient: the signed recipient is another."""

    code = "F-PKG-04"
    text = "{path} is refused: it was made for {named} and sealed again for us; ask the sender for our own."


class SignatureBroken(Refused):
    """The signature is missing, unreadable, of another namespace, or does not fit the bytes."""

    code = "F-PKG-05"
    text = "{path} is refused: its signature does not hold ({detail}); ask for it again, and tell the sender."


class SignerUnpinned(Refused):
    """Signed by a key that belongs to no peer of this node."""

    code = "F-PKG-06"
    text = "{path} is refused: no peer of ours has the key {fingerprint}; check the peer's card by phone and add it."


class SignerRevoked(Refused):
    """Signed by a key that was withdrawn."""

    code = "F-PKG-07"
    text = "{path} is refused: the key {fingerprint} of {agency} is revoked; ask the peer for a new card."


class SignedTooLate(Refused):
    """Signed by a key after it went out of use."""

    code = "F-PKG-28"
    text = (
        "{path} is refused: it says that it was made at {made_at}, but the key {fingerprint} of {agency} has been out "
        "of use since {since}; ask the peer for its new card."
    )


class CardExpired(Refused):
    """Signed by a key whose card had run out."""

    code = "F-PKG-29"
    text = (
        "{path} is refused: the card of {agency} expired on {since}, before it was made; ask the peer for a new card "
        "and add it."
    )


class SenderMismatch(Refused):
    """Signed by one peer, sent in the name of another."""

    code = "F-PKG-08"
    text = "{path} is refused: it names {named} as sender but {signer} signed it; ask both by phone."


class OldNumber(Refused):
    """A replay: this number, or a later one, was already taken in."""

    code = "F-PKG-09"
    text = "{path} is refused: number {number} of {operation} is not newer than {last}, which we have; nothing to do."


class NumberGap(Refused):
    """A number is missing before this one: held, not opened, until it comes or an officer releases it."""

    code = "F-PKG-10"
    text = (
        "{path} is held: number {number} of {operation} came but {expected} did not; ask for it, "
        "or release this one with a reason."
    )
    again = True


class WrongOperation(Refused):
    """Of another operation than the one it was received into."""

    code = "F-PKG-11"
    text = "{path} is refused: it belongs to operation {operation}, not to {expected}; receive it there."


class WrongKind(Refused):
    """An answer where a package is asked for, or the other way round."""

    code = "F-PKG-12"
    text = "{path} is refused: it is a {kind}, but {expected} is asked for here; use the command for it."


class ExtraFile(Refused):
    """A file that the signed manifest does not list."""

    code = "F-PKG-13"
    text = "{path} is refused: {name} is in it but not in its manifest; ask for it again, and tell the sender."


class MissingFile(Refused):
    """A file that the signed manifest lists and that is not there."""

    code = "F-PKG-14"
    text = "{path} is refused: {name} is in its manifest but not in it; ask for it again, and tell the sender."


class DigestWrong(Refused):
    """A file whose bytes are not those of the manifest."""

    code = "F-PKG-15"
    text = "{path} is refused: {name} does not have the digest of its manifest; ask for it again, and tell the sender."


class UnsafeEntry(Refused):
    """A link, a device, a path that leads outside, a name twice."""

    code = "F-PKG-16"
    text = "{path} is refused: its entry {name} is {detail}; tell the sender, and have the file looked at."


class TooBig(Refused):
    """More files or bytes than this node takes: a bomb, or a limit to raise knowingly."""

    code = "F-PKG-17"
    text = "{path} is refused: it holds more than {limit}, which is more than a node takes; ask the sender what it is."


class Malformed(Refused):
    """Signed and whole, but not what the format says."""

    code = "F-PKG-18"
    text = "{path} is refused: {name} is not in the form of Fanal's package 1 ({detail}); tell the sender."


class ApprovalVoid(FanalError):
    """What is about to be sealed is not what was approved."""

    code = "F-PKG-19"
    text = "{path} changed after it was approved; build it and have it approved again."


class NothingToSend(FanalError):
    """The lake lacks the tables that a package is made from."""

    code = "F-PKG-20"
    text = "There is nothing to make packages from: {missing} is missing in the lake; run `fanal run` first."


class AlreadyThere(FanalError):
    """A package, key or card would be overwritten."""

    code = "F-PKG-21"
    text = "{path} is already there; nothing is overwritten: name another, or move it away."
    exit_code = 2


class CardForged(Refused):
    """A card whose signature is not by the key it shows."""

    code = "F-PKG-22"
    text = "{path} is refused: the card is not signed by the key it shows; ask the agency for it by another way."


class Unwanted(Refused):
    """A file of a kind that packages do not hold, or in a place where none belongs."""

    code = "F-PKG-30"
    text = "{path} is refused: {name} is no file that packages hold; tell the sender, and have the file looked at."
