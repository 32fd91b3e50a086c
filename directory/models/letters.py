"""Letters: one message to one person, sent once."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from directory.models.base import Public, text


class Letter(Public):
    """A message with its calendar part, as it was when the act that causes it was done."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")

    key = models.TextField(unique=True)  # the act and the recipient: the same key is never sent twice
    to = models.EmailField()
    sender = models.EmailField()
    language = models.TextField()
    subject = models.TextField()
    body = models.TextField()
    html = text()
    calendar = models.BinaryField(null=True, blank=True)
    method = text()  # of the calendar part, RFC 5546: REQUEST, CANCEL, …
    state = models.TextField(choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = text()  # the class of the last failure, never its words: servers quote addresses
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
