"""Those who sign in, for whom they act, and those who interpret."""

import hashlib
import secrets
from datetime import datetime
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from directory.models.base import Public
from directory.models.resources import Resource
from directory.models.states import Authority
from directory.roles import Role
from directory.words import ROLE_WORDS


class UserManager(BaseUserManager["User"]):
    """Creates people; there is no sign-up, an authority enters its own."""

    def create_user(self, email: str, password: str | None = None, **facts: str) -> "User":
        """A person who signs in by e-mail, kept in lower case; without a password he cannot."""
        user = self.model(email=email.strip().lower(), **facts)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user with this e-mail, whatever its case."""
        return self.get(email=(username or "").strip().lower())


class User(Public, AbstractBaseUser):
    """A person with an account. What he may do follows from his memberships, not from the account."""

    email = models.EmailField(unique=True)
    full_name = models.TextField()
    language = models.TextField(default="en")  # BCP 47, of pages and letters
    zone = models.TextField(default="UTC")
    resource = models.OneToOneField(Resource, models.PROTECT, null=True, blank=True, related_name="user")
    is_active = models.BooleanField(default=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower(F("email"))), name="email_in_lower_case"),
        ]

    def __str__(self) -> str:
        return f"user {self.public_id}"

    def get_full_name(self) -> str:
        """The name other members of the same hearing know."""
        return self.full_name


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships as a member may see them."""

    def visible_to(self, by: "Membership | None") -> "MembershipQuerySet":
        """Those of the member's own authority."""
        if by is None:
            return self.none()
        return self.filter(authority=by.authority_id)

    def asked_of(self, user: User) -> "MembershipQuerySet":
        """What authorities ask of this person and he has not answered; before a colleague agrees nobody is asked."""
        return self.filter(user=user, consent="asked", waits_since=None).select_related("authority__state")


class Membership(Public):
    """A user who acts for one authority in one role: the author of every act."""

    class Consent(models.TextChoices):
        """Whether the person wants to act for that authority. Until he has said yes it learns nothing of his account.

        His no is not told either: it would say that there is somebody behind the address.
        """

        GIVEN = "given"
        ASKED = "asked"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"  # the authority asks no more

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="memberships")
    role = models.TextField(choices=[(role.value, ROLE_WORDS[role]) for role in Role])
    active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    # Who entered it, while a second person has still to agree; empty once it has been in force.
    waits_since = models.DateTimeField(null=True, blank=True)
    entered_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    consent = models.TextField(choices=Consent.choices, default=Consent.GIVEN)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "authority", "role"], name="membership_once"),
            models.CheckConstraint(condition=Q(active=False) | Q(consent="given"), name="acts_by_consent"),
        ]

    @property
    def known(self) -> bool:
        """Whether the authority may read whose account it is; else it has the address that it typed, and no more."""
        return self.consent == self.Consent.GIVEN

    @property
    def unanswered(self) -> bool:
        """Whether the person was asked and has not said yes: nobody else reads the difference to a no."""
        return self.consent in (self.Consent.ASKED, self.Consent.REFUSED)

    @property
    def shown(self) -> str:
        """The name by which the authority knows the person, or the address it typed."""
        return self.user.full_name if self.known else self.user.email


class Entrance(Public):
    """A way in for somebody who has no password: opened by the link in a letter, over once a password is set."""

    user = models.ForeignKey(User, models.CASCADE, related_name="entrances")
    made_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]


class InterpreterQuerySet(models.QuerySet["Interpreter"]):
    """Interpreters as a member may see them."""

    def visible_to(self, by: "Membership | None") -> "InterpreterQuerySet":
        """Those whom the member's own authority has entered."""
        if by is None:
            return self.none()
        return self.filter(resource__authority=by.authority_id)


class Interpreter(Public):
    """Someone who interprets, with or without an account. He is booked like a room."""

    resource = models.OneToOneField(Resource, models.PROTECT, related_name="interpreter")
    user = models.OneToOneField(User, models.PROTECT, null=True, blank=True, related_name="interpreter")
    # Whose account it is said to be; it is linked when that person has agreed.
    asked = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.TextField()
    email = models.EmailField(blank=True, default="")

    objects = InterpreterQuerySet.as_manager()

    class Meta:
        ordering = ["id"]


class InterpreterPair(models.Model):
    """A direction of work, from one language into another. Both ways are two rows."""

    class Mode(models.TextChoices):
        CONSECUTIVE = "consecutive", _("Consecutive")
        SIMULTANEOUS = "simultaneous", _("Simultaneous")
        SIGN = "sign", _("Sign language")

    interpreter = models.ForeignKey(Interpreter, models.CASCADE, related_name="pairs")
    source = models.TextField()  # BCP 47
    target = models.TextField()
    modes = models.JSONField(default=list)  # of Mode

    class Meta:
        ordering = ["source", "target"]
        constraints = [
            models.UniqueConstraint(fields=["interpreter", "source", "target"], name="pair_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source}→{self.target}"


class ApiToken(Public):
    """A key to the API. Only its digest is kept: 256 random bits need no slow hash. It falls with the password."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    stamp = models.CharField(max_length=64)  # of the password when it was issued
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    @property
    def stands(self) -> bool:
        """Whether its user's password is still the one that it was issued under; `user` is read as it is now."""
        return secrets.compare_digest(self.stamp, self.stamp_of(self.user))

    @staticmethod
    def stamp_of(user: User) -> str:
        """SHA-256, in hex, of the password as it is stored: salted, so that equal passwords have different ones."""
        return hashlib.sha256(f"token {user.password}".encode()).hexdigest()

    @staticmethod
    def digest_of(secret: str) -> str:
        """SHA-256 of the secret, in hex."""
        return hashlib.sha256(secret.encode()).hexdigest()

    @classmethod
    def issue(cls, *, user: User, expires_at: datetime) -> str:
        """Make a token that ends at the instant given; the secret returned is seen this once."""
        secret = f"vv_{secrets.token_urlsafe(32)}"
        cls.objects.create(user=user, digest=cls.digest_of(secret), stamp=cls.stamp_of(user), expires_at=expires_at)
        return secret
