"""An appointment's whole story, the same for its pet owner, its vet and an admin.

``tell`` reads it; ``web/milestones.py`` lays it out as one vertical line, ``web/outlook.py`` says what happens next and
where the money is. Shown by ``components/appointment.html``, wherever it is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from domain.accounts import users
from domain.accounts.models import User
from domain.booking import appointments
from domain.booking import timeline as booking_timeline
from domain.booking.models import Appointment, AppointmentEvent, AppointmentStatus
from domain.clinics.models import Clinic
from domain.consultations import rooms
from domain.consultations.models import Consultation, ConsultationState
from domain.escrow import timeline as escrow_timeline
from domain.escrow.models import Escrow, EscrowState
from domain.escrow.timeline import MoneyEvent
from domain.patients.models import Pet
from domain.practitioners.models import Practitioner
from domain.records import notes
from domain.records.models import EncounterNote, NoteState
from domain.reviews import reviews
from domain.reviews.models import Review
from kit import clock, formats
from kit.actor import CLINIC_ROLES, Actor, Role
from kit.errors import NotFound

S = AppointmentStatus
OVER = frozenset({S.COMPLETED, S.CANCELLED, S.EXPIRED, S.NO_SHOW})


@dataclass(frozen=True, slots=True)
class Story:
    """All that is known of one appointment, to the side that reads: ``pet_owner``, ``practitioner``, ``admin``."""

    side: str
    zone: str
    appointment: Appointment
    escrow: Escrow | None
    vet: Practitioner
    clinic: Clinic
    pet: Pet
    pet_owner: User
    consultation: Consultation | None
    record: EncounterNote | None
    review: Review | None
    events: Sequence[AppointmentEvent]
    money: Sequence[MoneyEvent]
    cancel_until: datetime

    @property
    def vet_name(self) -> str:
        """As a sentence holds it, in whatever direction that runs."""
        return formats.isolate(self.vet.full_name)

    @property
    def pet_owner_name(self) -> str:
        """The same for the pet owner."""
        return formats.isolate(self.pet_owner.name)

    @property
    def pet_name(self) -> str:
        """The same for the animal."""
        return formats.isolate(self.pet.name)

    @property
    def status(self) -> AppointmentStatus:
        """How far it has come; a hold whose minutes ran out counts as expired before anybody swept it."""
        a = self.appointment
        if a.status == S.HELD and a.hold_expires_at is not None and a.hold_expires_at <= clock.now():
            return S.EXPIRED
        return S(a.status)

    @property
    def is_refused(self) -> bool:
        """The last word of the provider was no."""
        said = [event.kind for event in self.money if event.kind in ("payment_refused", "payment_started")]
        return bool(said) and said[-1] == "payment_refused"

    @property
    def is_record_signed(self) -> bool:
        """The pet owner can read it."""
        return self.record is not None and self.record.state == NoteState.SIGNED

    @property
    def room_opens_at(self) -> datetime:
        """From when on one may join."""
        return rooms.window(self.appointment)[0]

    @property
    def has_room(self) -> bool:
        """A video visit that is booked and not over."""
        return (
            self.consultation is not None
            and self.consultation.state != ConsultationState.ENDED
            and self.status in (S.BOOKED, S.IN_PROGRESS)
        )

    @property
    def can_join(self) -> bool:
        """The room is open now."""
        opens_at, closes_at = rooms.window(self.appointment)
        return self.has_room and (self.status == S.IN_PROGRESS or opens_at <= clock.now() <= closes_at)

    @property
    def has_passed(self) -> bool:
        """Booked, and its room has closed without a visit."""
        return self.status == S.BOOKED and clock.now() > rooms.window(self.appointment)[1]

    @property
    def can_pay(self) -> bool:
        """The time is kept and not paid."""
        return self.side == "pet_owner" and self.status == S.HELD

    @property
    def can_cancel(self) -> bool:
        """It has not begun, and the rule still allows it."""
        if self.side == "admin":
            return False
        return self.status == S.HELD or (self.status == S.BOOKED and clock.now() <= self.cancel_until)

    @property
    def own_word_at(self) -> datetime | None:
        """When the reading side confirmed."""
        return self._word_of(self.side)

    @property
    def other_word_at(self) -> datetime | None:
        """When the other side did."""
        return self._word_of("practitioner" if self.side == "pet_owner" else "pet_owner")

    def _word_of(self, side: str) -> datetime | None:
        if self.escrow is None:
            return None
        return self.escrow.pet_owner_confirmed_at if side == "pet_owner" else self.escrow.practitioner_confirmed_at

    @property
    def can_confirm(self) -> bool:
        """The visit is over and this side has not said whether it took place."""
        return (
            self.side in ("pet_owner", "practitioner")
            and self.status == S.AWAITING_CONFIRMATION
            and self.escrow is not None
            and self.escrow.state == EscrowState.AWAITING_CONFIRMATION
            and self.own_word_at is None
        )

    @property
    def can_review(self) -> bool:
        """A completed visit without the pet owner's review."""
        return self.side == "pet_owner" and self.status == S.COMPLETED and self.review is None

    @property
    def is_over(self) -> bool:
        """Nothing about the visit itself can change any more."""
        return self.status in OVER


def side_of(actor: Actor) -> str:
    """The side somebody reads from."""
    if actor.role in CLINIC_ROLES:
        return "practitioner"
    return "admin" if actor.role is Role.ADMIN else "pet_owner"


async def tell(session: AsyncSession, actor: Actor, appointment: Appointment) -> Story:
    """Read everything; ``appointment`` must come from ``appointments.get``, which decides who may.

    Raises NotFound where the animal is not (yet) for this side to see: an unpaid hold, to the clinic.
    """
    pet = await session.get(Pet, appointment.pet_id)
    if pet is None:
        raise NotFound
    return Story(
        side=side_of(actor), zone=actor.time_zone, appointment=appointment,
        escrow=await escrow_timeline.hold_of(session, appointment.id),
        vet=await session.get_one(Practitioner, appointment.practitioner_id),
        clinic=await session.get_one(Clinic, appointment.clinic_id),
        pet=pet,
        pet_owner=await users.get(session, appointment.pet_owner_id),
        consultation=await rooms.of_appointment(session, appointment.id),
        record=await notes.of_appointment(session, appointment.id),
        review=await reviews.of_appointment(session, appointment.id),
        events=await booking_timeline.of(session, appointment.id),
        money=await escrow_timeline.money_events(session, appointment.id),
        cancel_until=appointments.cancel_until(actor, appointment),
    )  # fmt: skip
