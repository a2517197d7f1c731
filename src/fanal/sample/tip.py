"""The e-mailed tip that opens the sample group case: plain text in Spanish, neutral, invented."""

from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from zoneinfo import ZoneInfo

from fanal.sample.chat import INVITE
from fanal.sample.events import TIP_AT
from fanal.sample.members import GROUP, Member, spaced

_TEXT = """\
Buenos días:

Escribo porque me llegó una invitación a un grupo de mensajería llamado "{group}".
El enlace que recibí es {invite}

Los números de quienes parecen dirigirlo son {first} y {second}.
Uno de ellos dio también el correo {mail}

No he guardado nada. Pueden contactarme en la dirección de respuesta.

Un saludo.
"""
CITED_MAIL = "grupo7@example.net"
_SENDER = "Informante 1 <informante1@example.org>"
_DESK = "avisos@policia.example"


def tip_bytes(founder: Member, other: Member) -> bytes:
    """The tip as the police's mail server stored it."""
    local = TIP_AT.astimezone(ZoneInfo("Europe/Madrid"))
    mail = EmailMessage(policy=SMTP)
    for n, (come_from, to) in enumerate((("mx.example.org", "mx.policia.example"), ("[192.0.2.25]", "mx.example.org"))):
        arrived = format_datetime(local + timedelta(seconds=9 - 6 * n))
        mail["Received"] = f"from {come_from} by {to} with ESMTPS id sample{2 - n}; {arrived}"
    mail["Date"] = format_datetime(local)
    mail["From"] = _SENDER
    mail["Reply-To"] = "informante1.respuesta@example.org"
    mail["To"] = _DESK
    mail["Subject"] = f"Aviso sobre el grupo {GROUP}"
    mail["Message-ID"] = "<sample-tip-1@example.org>"
    mail.set_content(
        _TEXT.format(
            group=GROUP, invite=INVITE, first=spaced(founder.phone), second=spaced(other.phone), mail=CITED_MAIL
        ),
        cte="quoted-printable",
    )
    return mail.as_bytes()
