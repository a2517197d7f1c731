"""What the desk itself refuses. It needs no Django: the catalogues and the conventions read it."""

from fanal.base.errors import FanalError


class WrongCode(FanalError):
    """The second factor of an approval is wrong or was used before."""

    code = "F-DESK-01"
    text = "That code is not right, or was used before; wait for the next one of your authenticator and enter it."
