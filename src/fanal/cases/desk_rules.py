"""What fanal.toml says of the desk: under which name it is reached, and when it locks."""

import re
from dataclasses import dataclass

_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
#: Least and most minutes without a page after which it may lock.
IDLE = (2, 240)
#: Least and most within which somebody is to take a tip.
TIP_MINUTES, TIP_HOURS = (1, 1440), (1, 720)


@dataclass(frozen=True)
class DeskRules:
    """What fanal.toml says under [desk].

    Attributes:
        host: the name of the machine that officers' browsers use, lower case, without scheme and port. Passkeys belong
            to it: another name needs new ones. Where nothing is said, there are passkeys on this machine alone.
        idle_minutes: minutes without a page after which the desk locks.
        tip_minutes: minutes within which somebody takes a tip in which a child may be at risk.
        tip_hours: hours within which somebody takes any other tip.
    """

    host: str = ""
    idle_minutes: int = 30
    tip_minutes: int = 60
    tip_hours: int = 24

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
