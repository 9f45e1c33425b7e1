"""Who may call an endpoint. Guards are data: each route names one policy, and the order of refusal is fixed.

401 ``unauthenticated`` comes before 403 ``forbidden``; another person's thing is 404 from the use case.
"""

from dataclasses import dataclass, replace

from kit.actor import CLINIC_ROLES, Actor, Role
from kit.db import Scope
from kit.errors import Forbidden, Unauthenticated

CLINIC = CLINIC_ROLES


@dataclass(frozen=True, slots=True)
class Policy:
    """Roles that may enter, and whether the transaction sees only what is public."""

    name: str
    roles: frozenset[Role]
    public_scope: bool = False

    def __or__(self, other: "Policy") -> "Policy":
        return Policy(f"{self.name} | {other.name}", self.roles | other.roles)

    def admit(self, actor: Actor) -> Actor:
        """The actor as this route sees them; raises Unauthenticated, then Forbidden."""
        if self.public_scope:
            return actor
        if not actor.is_signed_in:
            raise Unauthenticated
        if actor.role in self.roles:
            return actor
        if Role.PET_OWNER in self.roles:
            return replace(actor, role=Role.PET_OWNER, clinic_id=None, practitioner_id=None)
        raise Forbidden

    def scope(self, actor: Actor) -> Scope:
        """What the transaction of this route may see."""
        if self.public_scope or actor.role is Role.ANONYMOUS:
            return Scope.public()
        if actor.role is Role.ADMIN:
            return Scope.platform(actor.person)
        if actor.role in CLINIC:
            return Scope.clinic(actor.clinic, actor.person)
        return Scope.pet_owner(actor.person)


Public = Policy("public", frozenset(Role), public_scope=True)
SignedIn = Policy("signed_in", frozenset(Role) - {Role.ANONYMOUS})
PetOwner = Policy("pet_owner", frozenset({Role.PET_OWNER}))
Practitioner = Policy("practitioner", frozenset({Role.PRACTITIONER, Role.CLINIC_OWNER}))
ClinicMember = Policy("clinic_member", CLINIC)
Admin = Policy("admin", frozenset({Role.ADMIN}))
