"""Zones of a tzdata release that is not installed yet."""

from django.db import models


class ComingZone(models.Model):
    """One zone as that release has it: what is asked and told of it before the release is installed is read here."""

    version = models.CharField(max_length=16)  # IANA's: 2026f
    name = models.TextField()
    data = models.BinaryField()  # TZif (RFC 9636)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "name"], name="coming_zone_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"
