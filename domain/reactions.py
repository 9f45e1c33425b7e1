"""Who listens to what, on one screen. Each runs in the transaction of the event, in this order."""

from collections.abc import Mapping, Sequence

from domain.booking.events import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentExpired,
    AppointmentHeld,
    AppointmentUnattended,
)
from domain.consultations import rooms
from domain.consultations.events import ConsultationEnded, ConsultationStarted
from domain.directory import listeners as directory
from domain.escrow import commission, confirmations, holds
from domain.payments.events import PaymentApproved, PaymentReversed, RefundFinished
from domain.practitioners.events import PractitionerChanged
from domain.reviews.events import ReviewsChanged
from kit.events import Event, Reaction

REACTIONS: Mapping[type[Event], Sequence[Reaction]] = {
    AppointmentHeld: (holds.open_hold, directory.time_changed),
    AppointmentBooked: (rooms.open_room, directory.time_changed),
    AppointmentExpired: (holds.expire, directory.time_changed),
    AppointmentCancelled: (holds.return_after_cancellation, directory.time_changed),
    AppointmentUnattended: (holds.settle_unattended,),
    PaymentApproved: (holds.take,),
    PaymentReversed: (holds.freeze_reversed,),
    RefundFinished: (holds.close_refund,),
    ConsultationStarted: (commission.freeze,),
    ConsultationEnded: (confirmations.open_window,),
    PractitionerChanged: (directory.vet_changed,),
    ReviewsChanged: (directory.vet_changed,),
}
