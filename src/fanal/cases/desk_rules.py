"""What fanal.toml says of the desk: under which name it is reached, and when it locks."""

import re
from dataclasses import dataclass

_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
#: Least and most minutes without a page after which it may lock.
IDLE = (2, 240)


@dataclass(frozen=True)
class DeskRules:
    """What fanal.toml says under [desk].

    Attributes:
        host: the name of the machine that officers' browsers use, lower case, without scheme and port. Passkeys belong
            to it: another name needs new ones. Where nothing is said, there are passkeys on this machine alone.
        idle_minutes: minutes without a page after which the desk locks.
    """

    host: str = ""
    idle_minutes: int = 30

    def __post_init__(self) -> None:
        """Raises ValueError where a setting is out of its range."""
        if self.host and not _HOST.fullmatch(self.host):
            raise ValueError(self.host)
        if isinstance(self.idle_minutes, bool) or not IDLE[0] <= self.idle_minutes <= IDLE[1]:
            raise ValueError(self.idle_minutes)
