"""Django settings of the case store: the store alone, no site. The database comes from FANAL_DATABASE."""

import os

from fanal.cases.database import database_settings

SECRET_KEY = "the case store signs nothing with it"  # noqa: S105  sessions come with the desk, from the node's file
USE_TZ = True
TIME_ZONE = "UTC"
INSTALLED_APPS = ["fanal.cases"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": database_settings(os.environ.get("FANAL_DATABASE", "sqlite://:memory:"))}
