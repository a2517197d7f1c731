"""The case store as a Django application."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_save


class CasesConfig(AppConfig):
    """What people decided and did."""

    name = "fanal.cases"
    label = "cases"

    def ready(self) -> None:
        """Have the guards put up after every migration, and every row looked at before it is written."""
        from fanal.cases.bounds import check_row  # noqa: PLC0415  it needs Django's models
        from fanal.cases.guards import stand  # noqa: PLC0415  it needs this application

        post_migrate.connect(stand, sender=self, dispatch_uid="fanal-guards")
        for model in self.get_models():
            pre_save.connect(check_row, sender=model, dispatch_uid=f"fanal-bounds-{model.__name__}")
