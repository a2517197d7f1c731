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
