"""The case store as a Django application."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CasesConfig(AppConfig):
    """What people decided and did."""

    name = "fanal.cases"
    label = "cases"

    def ready(self) -> None:
        """Have the guards put up after every migration."""
        from fanal.cases.guards import stand  # noqa: PLC0415  it needs this application

        post_migrate.connect(stand, sender=self, dispatch_uid="fanal-guards")
