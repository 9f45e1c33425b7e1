"""The clinic is the tenant; an independent vet is a clinic of one."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Row


class MembershipRole(StrEnum):
    """What a member is in this clinic; each includes the ones after it."""

    CLINIC_OWNER = "clinic_owner"
    PRACTITIONER = "practitioner"
    STAFF = "staff"


class Clinic(Row):
    """The tenant row; ``time_zone`` and ``currency`` govern everything the clinic does."""

    __tablename__ = "clinic"
    __table_args__ = (CheckConstraint("kind in ('independent', 'clinic')", name="kind"),)

    kind: Mapped[str] = mapped_column(String(12))
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(160))
    country: Mapped[str] = mapped_column(String(2))
    city: Mapped[str] = mapped_column(String(80), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(20), default="")
    time_zone: Mapped[str] = mapped_column(String(60))
    currency: Mapped[str] = mapped_column(String(3))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    next_patient_number: Mapped[int] = mapped_column(default=1)


class Membership(Row):
    """A person works in a clinic, in one role, until deactivated."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("clinic_id", "id"),
        Index("uq_membership_active", "clinic_id", "user_id", unique=True, postgresql_where="deactivated_at is null"),
        CheckConstraint("role in ('clinic_owner', 'practitioner', 'staff')", name="role"),
    )

    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinic.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    permissions: Mapped[list[str]] = mapped_column(ARRAY(String(40)), default=list)
    deactivated_at: Mapped[datetime | None]
