"""What fanal.toml says of the desk: under which name it is reached, when it locks, whose sign-in it takes."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
#: Least and most minutes without a page after which it may lock.
IDLE = (2, 240)
#: Least and most within which somebody is to take a tip.
TIP_MINUTES, TIP_HOURS = (1, 1440), (1, 720)


#: Names of this machine: a provider there may speak without TLS.
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Oidc:
    """What fanal.toml says under [desk.oidc]: officers may sign in at their agency's own provider (OpenID Connect).

    Attributes:
        issuer: the provider's address, under which `/.well-known/openid-configuration` lies; HTTPS, unless it is this
            machine.
        client_id: what the provider knows the desk by.
        secret_file: file with the client's secret, relative to the node's folder.
        claim: the claim of the ID token that holds the service number.
        name: what the button calls the provider.
        factor_claim: `acr` or `amr`, where the provider's own second factor counts; empty: the desk asks for its own.
        factor_values: what of that claim says that there was one.
    """

    issuer: str
    client_id: str
    secret_file: str
    claim: str
    name: str = ""
    factor_claim: str = ""
    factor_values: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises ValueError where a setting is missing or out of its range."""
        address = urlsplit(self.issuer)
        if address.scheme != "https" and not (address.scheme == "http" and address.hostname in _HERE):
            raise ValueError(self.issuer)
        if not address.hostname or not all((self.client_id, self.secret_file, self.claim)):
            raise ValueError(self.issuer)
        if self.factor_claim not in ("", "acr", "amr") or bool(self.factor_claim) != bool(self.factor_values):
            raise ValueError(self.factor_claim)

    @property
    def origin(self) -> str:
        """Where a browser is sent to."""
        address = urlsplit(self.issuer)
        return f"{address.scheme}://{address.netloc}"


@dataclass(frozen=True)
class DeskRules:
    """What fanal.toml says under [desk].

    Attributes:
        host: the name of the machine that officers' browsers use, lower case, without scheme and port. Passkeys belong
            to it: another name needs new ones. Where nothing is said, there are passkeys on this machine alone.
        idle_minutes: minutes without a page after which the desk locks.
        tip_minutes: minutes within which somebody takes a tip in which a child may be at risk.
        tip_hours: hours within which somebody takes any other tip.
        oidc: the agency's sign-in; None: pass phrases alone.
    """

    host: str = ""
    idle_minutes: int = 30
    tip_minutes: int = 60
    tip_hours: int = 24
    oidc: Oidc | None = None

    def __post_init__(self) -> None:
        """Raises ValueError where a setting is out of its range."""
        if self.host and not _HOST.fullmatch(self.host):
            raise ValueError(self.host)
        for value, (least, most) in (
            (self.idle_minutes, IDLE),
            (self.tip_minutes, TIP_MINUTES),
            (self.tip_hours, TIP_HOURS),
        ):
            if isinstance(value, bool) or not least <= value <= most:
                raise ValueError(value)
