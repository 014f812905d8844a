"""The people who use the dashboard."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from iexdg.team.current import Connected, slug_here
from iexdg.team.roles import Action, Role, rank_of, role_may


class MemberManager(BaseUserManager["Member"]):
    """Creates members with a hashed password."""

    def create_member(self, email: str, *, name: str, role: str, password: str | None = None) -> "Member":
        """Create and save one member; without a password they cannot sign in yet."""
        member = self.model(email=self.normalize_email(email).lower(), name=name, role=role)
        member.set_password(password)
        member.save(using=self._db)
        return member


@dataclass(frozen=True)
class OwnRole:
    """The role of one member in one workspace, as a membership sets it."""

    workspace: int
    slug: str
    role: str


class Member(AbstractBaseUser):
    """One person, signed in by e-mail address, with a role in every workspace or only in some.

    `role` holds in every workspace where no membership says otherwise; blank, there is a role only where one does.
    """

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.VIEWER, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    # Whether the role needs a second factor and there is none; known where a session loads its member.
    owes_second_factor = False
    # The roles that memberships set, where they were read together with the member; otherwise they are read when asked.
    _own_roles: tuple[OwnRole, ...] | None = None

    objects: ClassVar[MemberManager] = MemberManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=["", *Role.values]), name="member_known_role"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def first_name(self) -> str:
        """The first word of the name, for a greeting."""
        return self.name.split(" ")[0]

    @property
    def own_roles(self) -> tuple[OwnRole, ...]:
        """The roles that memberships set, by workspace."""
        if self._own_roles is not None:
            return self._own_roles
        if self.pk is None:
            return ()
        found = self.memberships.order_by("workspace").values_list("workspace", "workspace__slug", "role")
        return tuple(OwnRole(*one) for one in found)

    def keep_own_roles(self, roles: Iterable[OwnRole]) -> None:
        """Keep roles that were read together with this member, so that each question costs no query."""
        self._own_roles = tuple(roles)

    def role_in(self, workspace: Connected | None = None) -> str:
        """Return the role in a workspace, or in the current one; "" means that it does not exist for this member."""
        own = self.own_roles
        if not own:
            return self.role
        if workspace is not None:
            return next((one.role for one in own if one.workspace == workspace.pk), self.role)
        slug = slug_here()
        return next((one.role for one in own if one.slug == slug), self.role)

    @property
    def role_here(self) -> str:
        """The role in the current workspace."""
        return self.role_in()

    @property
    def strongest_role(self) -> str:
        """The highest role that this member has in any workspace."""
        return max((self.role, *(one.role for one in self.own_roles)), key=rank_of)

    def may(self, action: Action, workspace: Connected | None = None) -> bool:
        """Whether this member is allowed an action now, in a workspace or in the current one."""
        return self.is_active and role_may(self.role_in(workspace), action)

    def may_everywhere(self, action: Action) -> bool:
        """Whether the role in every workspace allows an action, whatever a membership sets for one of them."""
        return self.is_active and role_may(self.role, action)


class Membership(models.Model):
    """The role of a member in one workspace; it takes the place of their role in every workspace."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="memberships")
    workspace = models.ForeignKey("workspaces.Workspace", on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices)

    objects: ClassVar[models.Manager["Membership"]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "workspace"], name="membership_one_per_workspace"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_known_role"),
        ]

    def __str__(self) -> str:
        return self.role


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


class CacheEntry(models.Model):
    """The table of Django's database cache: attempts to sign in and codes that were used, for every web process.

    Written by the cache only. Expired entries stay until it removes them.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    objects: ClassVar[models.Manager["CacheEntry"]] = models.Manager()

    def __str__(self) -> str:
        return self.cache_key
