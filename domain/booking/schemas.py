"""What comes in and goes out about appointments."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, StringConstraints

from domain.accounts.schemas import Input
from domain.booking.models import AppointmentStatus
from kit.i18n import N_

REASON_MIN = 10


def _on_grid(value: datetime) -> datetime:
    if value.timestamp() % 300:
        raise ValueError(N_("Choose one of the offered times"))
    return value


StartsAt = Annotated[AwareDatetime, AfterValidator(_on_grid)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=REASON_MIN, max_length=2000)]


class PriceOut(BaseModel):
    """Money on the wire: whole minor units and the currency."""

    amount_minor: int
    currency: str


class BookAppointment(Input):
    """Take a time. ``triage`` holds the red-flag answers (code to yes/no); one yes stops the booking."""

    pet_id: UUID
    provider_id: UUID
    service_id: UUID
    starts_at: StartsAt
    reason: Reason
    triage: Annotated[dict[Annotated[str, StringConstraints(max_length=60)], bool], Field(max_length=40)] = Field(
        default_factory=dict
    )
    photo_file_ids: Annotated[list[UUID], Field(max_length=6)] = Field(default_factory=list)


class ReasonAnswer(Input):
    """Step two: what is happening, pictures, and the red-flag questions answered with yes (``none`` says none is)."""

    reason: Reason
    photos: Annotated[list[UUID], Field(max_length=6)] = Field(default_factory=list)
    flags: Annotated[list[Annotated[str, StringConstraints(max_length=60)]], Field(max_length=40)] = Field(
        default_factory=list
    )


class ChosenTime(Input):
    """Step three."""

    starts_at: StartsAt


class ChangeStatus(Input):
    """Ask for a step of the machine, on the version that was read."""

    status: AppointmentStatus
    version: Annotated[int, Field(ge=1)]
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)] = ""


class AppointmentOut(BaseModel):
    """An appointment, to both sides."""

    id: UUID
    reference: str
    status: AppointmentStatus
    version: int
    provider_id: UUID
    service_id: UUID
    pet_id: UUID
    service_name: str
    mode: str
    starts_at: datetime
    ends_at: datetime
    timezone: str
    price: PriceOut
    reason: str
    hold_expires_at: datetime | None


class SlotOut(BaseModel):
    """A free time."""

    starts_at: datetime
    ends_at: datetime


def appointment_out(row: Any) -> AppointmentOut:
    """The wire form of an Appointment row."""
    return AppointmentOut(
        id=row.id, reference=row.reference, status=row.status, version=row.version,
        provider_id=row.practitioner_id, service_id=row.service_id, pet_id=row.pet_id,
        service_name=row.service_name, mode=row.mode, starts_at=row.starts_at, ends_at=row.ends_at,
        timezone=row.time_zone, price=PriceOut(amount_minor=row.price_minor, currency=row.currency),
        reason=row.reason, hold_expires_at=row.hold_expires_at if row.status == "held" else None,
    )  # fmt: skip
