"""Who asks. Built once by authentication (or ``Actor.system``) and passed to every use case."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self
from uuid import UUID


class Role(StrEnum):
    """The context in which somebody acts; a person with several switches explicitly."""

    ANONYMOUS = "anonymous"
    PET_OWNER = "pet_owner"
    PRACTITIONER = "practitioner"
    STAFF = "staff"
    CLINIC_OWNER = "clinic_owner"
    ADMIN = "admin"
    SYSTEM = "system"


CLINIC_ROLES = frozenset({Role.PRACTITIONER, Role.STAFF, Role.CLINIC_OWNER})


@dataclass(frozen=True, slots=True)
class Actor:
    """The asking person (or the system), and the clinic they act for, if any."""

    role: Role
    user_id: UUID | None = None
    clinic_id: UUID | None = None
    practitioner_id: UUID | None = None
    permissions: frozenset[str] = field(default_factory=frozenset)
    name: str = ""
    locale: str = "en"
    time_zone: str = "UTC"
    session_id: UUID | None = None
    label: str = ""

    @classmethod
    def anonymous(cls) -> Self:
        """Somebody who is not signed in."""
        return cls(Role.ANONYMOUS)

    @classmethod
    def system(cls, label: str) -> Self:
        """The platform itself; ``label`` says which part (``scheduler``, ``webhook``)."""
        return cls(Role.SYSTEM, label=label)

    @property
    def is_signed_in(self) -> bool:
        """True for a person with a session."""
        return self.user_id is not None

    @property
    def person(self) -> UUID:
        """The user id of a signed-in person; a programming error otherwise."""
        if self.user_id is None:
            raise LookupError("nobody is signed in")
        return self.user_id

    @property
    def clinic(self) -> UUID:
        """The clinic acted for; a programming error for anybody without one."""
        if self.clinic_id is None:
            raise LookupError("no clinic in this context")
        return self.clinic_id
