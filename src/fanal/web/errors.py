"""What the desk itself refuses. It needs no Django: the catalogues and the conventions read it."""

from fanal.base.errors import FanalError


class WrongCode(FanalError):
    """The second factor of an approval is wrong or was used before."""

    code = "F-DESK-01"
    text = "That code is not right, or was used before; wait for the next one of your authenticator and enter it."


class NotANumber(FanalError):
    """A field of a form that takes a number holds something else."""

    code = "F-DESK-11"
    text = "{field}: {value} is no number; nothing was done. Go back and write digits."
    exit_code = 2


class IncompleteForm(FanalError):
    """A form came without something that it always has, or asks for an act that its page does not know."""

    code = "F-DESK-14"
    text = "The form lacks {field}, or has one that this page does not know; open the page again and send it anew."
    exit_code = 2


class NoUpload(FanalError):
    """A form that takes a file came without one."""

    code = "F-DESK-12"
    text = "No file came; choose the sealed file and send the form again."
    exit_code = 2


class UploadTooLarge(FanalError):
    """A file is larger than the node takes in at the desk."""

    code = "F-DESK-13"
    text = "The file is larger than {mib} MiB; take it in with `fanal receive`, or raise desk.upload_mib in fanal.toml."


class WrongPasskey(FanalError):
    """A passkey that does not answer this form."""

    code = "F-DESK-02"
    text = "The passkey did not answer this page; open the page again and use it once more."


class LastFactor(FanalError):
    """The only second factor was to be removed."""

    code = "F-DESK-03"
    text = "This is your only second factor; add another one before you remove it."


class PassPhrasesDiffer(FanalError):
    """A new pass phrase that was typed twice, and not the same."""

    code = "F-DESK-31"
    text = "The two pass phrases differ; nothing was done. Type the same one twice."
    exit_code = 2


class AgencyUnknown(FanalError):
    """The agency's provider vouches for somebody who is no officer of this node."""

    code = "F-DESK-32"
    text = "Your agency's sign-in names no officer of this node; ask an administrator to add you, then sign in again."


class AgencyRefused(FanalError):
    """The provider refused, or what it answered does not hold."""

    code = "F-DESK-33"
    text = "Your agency's sign-in did not go through; try it again, or sign in with your pass phrase."


class AgencySilent(FanalError):
    """The provider does not answer, or not as OpenID Connect has it."""

    code = "F-DESK-34"
    text = "Your agency's sign-in does not answer; sign in with your pass phrase, and tell the administrator."
    again = True


class TooManyTries(FanalError):
    """A pass phrase was tried too often."""

    code = "F-DESK-35"
    text = "Too many pass phrases were tried; wait a minute, then try again."
    again = True
