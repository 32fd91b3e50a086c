"""What every row with a public face has in common."""

import uuid
from typing import Any

from django.db import models


class Public(models.Model):
    """A row that pages, URLs and messages name by a random id; its primary key stays inside."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        # The id and nothing else: this ends up in logs, exceptions and select boxes.
        return f"{self._meta.model_name} {self.public_id}"


def text(**options: Any) -> "models.TextField[str, str]":
    """A text column that may be empty but never null."""
    return models.TextField(blank=True, default="", **options)
