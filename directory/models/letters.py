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
        DOUBTFUL = "doubtful", _("May not have been sent")  # nobody noted the server's answer
        BOUNCED = "bounced", _("Came back")

    TROUBLED = frozenset({State.FAILED, State.DOUBTFUL, State.BOUNCED})

    key = models.TextField(unique=True)  # the act and the recipient: the same key is never sent twice
    to = models.EmailField()
    sender = models.EmailField()
    language = models.TextField()
    subject = models.TextField()
    body = models.TextField()
    html = text()
    calendar = models.BinaryField(null=True, blank=True)
    method = text()  # of the calendar part, RFC 5546: REQUEST, CANCEL, …
    until = models.DateTimeField(null=True, blank=True)  # from then on it says nothing true, and is not delivered
    state = models.TextField(choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = text()  # the class of the last failure or its code, never its words: servers quote addresses
    lease = models.UUIDField(null=True, blank=True)  # of the worker that is sending it
    taken_at = models.DateTimeField(null=True, blank=True)  # when it took the lease
    handed_at = models.DateTimeField(null=True, blank=True)  # just before the letter left: no second time after this
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
