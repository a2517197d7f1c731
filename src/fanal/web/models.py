"""Whom the desk knows: an officer who signed in once. Names, grants and keys stay in the case store."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from fanal.cases.models.offices import Officer


class DeskUser(AbstractBaseUser):
    """An officer as the desk's sign-in knows one: the service number, and what django-allauth keeps beside it.

    There is no password here: the pass phrase opens the officer's key, or it does not.
    """

    service_number = models.CharField(max_length=64, unique=True)

    objects = BaseUserManager["DeskUser"]()

    USERNAME_FIELD = "service_number"

    def __str__(self) -> str:
        return self.service_number

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Whether the officer still is one of this node."""
        return Officer.objects.filter(service_number=self.service_number, active=True).exists()


class Exposure(models.Model):
    """How many texts that people wrote an officer opened on a day (UTC). For that officer alone."""

    user = models.ForeignKey(DeskUser, on_delete=models.CASCADE, related_name="exposures")
    day = models.DateField()
    texts = models.IntegerField(default=0)

    class Meta:
        """Django's options."""

        constraints = (models.UniqueConstraint(fields=["user", "day"], name="one_count_a_day"),)

    def __str__(self) -> str:
        return f"{self.user} {self.day}"
