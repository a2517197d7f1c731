"""Filters that officers keep under a name. They decide nothing and select nobody by themselves."""

from django.db import models

from fanal.cases.models.offices import Officer, Operation

LONGEST_NAME = 60


class SavedView(models.Model):
    """A filter of the list of identities in one operation: its officer's, or for all officers of the operation."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="saved_views")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="saved_views")
    name = models.CharField(max_length=LONGEST_NAME)
    asked = models.JSONField(default=dict)  # attributes of analyse.pages.Wanted
    shared = models.BooleanField(default=False)

    class Meta:
        """Django's options."""

        constraints = (models.UniqueConstraint(fields=["operation", "officer", "name"], name="one_view_a_name"),)

    def __str__(self) -> str:
        return self.name
