"""Staff, the posts they fill from and to, and nothing else: rights follow from the post."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from answerable.register.binding import Bound


class StaffManager(BaseUserManager["Staff"]):
    """Finds staff by their sign-in name."""


class Staff(Bound, AbstractBaseUser):
    """A person who works for the programme in a public role. Residents never have a row here."""

    #: A password's hash has no business under any digest; changing it is an act of its own.
    unbound: ClassVar[frozenset[str]] = frozenset({"password"})

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=20, default="en")
    is_active = models.BooleanField(default=True)
    #: Django's own column is taken out: nobody needs to know when somebody last came.
    last_login = None

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[StaffManager] = StaffManager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.username


class Post(Bound):
    """A seat. Work belongs to it; a person fills it from a day to a day."""

    key = models.SlugField(max_length=60, unique=True)
    role = models.CharField(max_length=20)
    #: What the seat answers for, as the responsibility matrix names it ("water", "case-desk").
    function = models.SlugField(max_length=40, default="general")
    names = models.JSONField(default=dict)
    #: No area: the whole programme.
    area = models.ForeignKey("places.Area", null=True, on_delete=models.PROTECT, related_name="posts")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        """What the database refuses."""

        constraints = [
            models.CheckConstraint(
                condition=Q(
                    role__in=[
                        "team-member",
                        "case-handler",
                        "coordinator",
                        "director",
                        "auditor",
                        "bookkeeper",
                        "focal-point",
                        "operator",
                    ]
                ),
                name="access_post_role_known",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="access_post_valid_order",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Holding(Bound):
    """A person in a post. `ends_on` is the last day. Two people never hold one post on one day."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="holdings")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="holdings")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        """What the database refuses; overlaps are refused by a trigger."""

        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="access_holding_order",
            ),
            models.UniqueConstraint(
                fields=["post"], condition=Q(ends_on__isnull=True), name="access_holding_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} in {self.post_id} from {self.starts_on}"
