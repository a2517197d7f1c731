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
