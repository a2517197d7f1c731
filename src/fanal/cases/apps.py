"""The case store as a Django application."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """What people decided and did."""

    name = "fanal.cases"
    label = "cases"
