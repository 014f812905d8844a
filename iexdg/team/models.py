"""The people who use the dashboard."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from iexdg.team.roles import Action, Role, role_may


class MemberManager(BaseUserManager["Member"]):
    """Creates members with a hashed password."""

    def create_member(self, email: str, *, name: str, role: str, password: str | None = None) -> "Member":
        """Create and save one member; without a password they cannot sign in yet."""
        member = self.model(email=self.normalize_email(email).lower(), name=name, role=role)
        member.set_password(password)
        member.save(using=self._db)
        return member


class Member(AbstractBaseUser):
    """One person, signed in by e-mail address, with one role in the whole dashboard."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.VIEWER)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    # Whether the role needs a second factor and there is none; known where a session loads its member.
    owes_second_factor = False

    objects: ClassVar[MemberManager] = MemberManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="member_known_role"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def first_name(self) -> str:
        """The first word of the name, for a greeting."""
        return self.name.split(" ")[0]

    def may(self, action: Action) -> bool:
        """Whether this member is allowed an action now."""
        return self.is_active and role_may(self.role, action)


class SecondFactorRule(models.Model):
    """A role whose members must have a second factor; a role without a row may do without."""

    role = models.CharField(max_length=16, choices=Role.choices, unique=True)

    objects: ClassVar[models.Manager["SecondFactorRule"]] = models.Manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="second_factor_known_role"),
        ]

    def __str__(self) -> str:
        return self.role


class PasswordLink(models.Model):
    """A request to be sent a link for a new password. Without `member` no active member has the address.

    The row is written in either case, so that the answer takes equally long; it is deleted once dealt with.
    """

    member = models.ForeignKey(Member, null=True, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    next_try_at = models.DateTimeField()

    objects: ClassVar[models.Manager["PasswordLink"]] = models.Manager()

    class Meta:
        indexes = [models.Index(fields=["next_try_at"], name="password_link_due")]
