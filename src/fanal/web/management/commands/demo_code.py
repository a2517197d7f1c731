"""The second factor of a demo node's officer, for people who have no authenticator at hand. No other node has it."""

from argparse import ArgumentParser
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt
from django.core.management.base import BaseCommand

from fanal.cases.models.offices import Officer
from fanal.cases.session import OnlyInDemo
from fanal.web.installation import node
from fanal.web.models import DeskUser


class Command(BaseCommand):
    """Prints the code that the officer's authenticator shows now; makes the authenticator where there is none."""

    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The officer."""
        parser.add_argument("officer")

    def handle(self, *_: Any, officer: str, **_options: Any) -> None:
        """Print it. Raises OnlyInDemo; Officer.DoesNotExist."""
        if not node().demo:
            raise OnlyInDemo
        known = Officer.objects.get(service_number=officer, active=True)
        user, _made = DeskUser.objects.get_or_create(service_number=known.service_number)
        kept = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).first()
        secret = decrypt(kept.data["secret"]) if kept else generate_totp_secret()
        if not kept:
            TOTP.activate(user, secret)
        _before, now, _after = yield_hotp_counters_from_time()
        self.stdout.write(format_hotp_value(hotp_value(secret, now)))
