"""The desk as a Django application."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Accounts of the desk, and its pages."""

    name = "fanal.web"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"
