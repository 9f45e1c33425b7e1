"""Who listens to what, on one screen. Each runs in the transaction of the event, in this order."""

from collections.abc import Mapping, Sequence

from domain.accounts.events import PersonRegistered, RefreshTokenReused
from domain.booking.events import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentExpired,
    AppointmentHeld,
    AppointmentUnattended,
)
from domain.consultations import rooms
from domain.consultations.events import ConsultationEnded, ConsultationStarted
from domain.correspondence import listeners as correspondence
from domain.demonstration import vets as demonstration
from domain.directory import listeners as directory
from domain.escrow import commission, confirmations, holds
from domain.escrow.events import ExtraPaymentReturned, HoldNeedsReview, HoldRefunded, HoldReleased, PaymentCameTooLate
from domain.payments.events import PaymentApproved, PaymentReversed, RefundFinished
from domain.payouts.events import PayoutDecided
from domain.practitioners.events import PractitionerChanged, PractitionerDecided
from domain.records.events import NoteSigned
from domain.reviews.events import ReviewsChanged
from kit.events import Event, Reaction

REACTIONS: Mapping[type[Event], Sequence[Reaction]] = {
    AppointmentBooked: (rooms.open_room, correspondence.booked, directory.time_changed),
    AppointmentCancelled: (holds.return_after_cancellation, correspondence.cancelled, directory.time_changed),
    AppointmentExpired: (holds.expire, correspondence.expired, directory.time_changed),
    AppointmentHeld: (holds.open_hold, directory.time_changed),
    AppointmentUnattended: (holds.settle_unattended, correspondence.unattended),
    ConsultationEnded: (confirmations.open_window, demonstration.confirm, correspondence.ended),
    ConsultationStarted: (commission.freeze, correspondence.started),
    ExtraPaymentReturned: (correspondence.paid_twice,),
    HoldNeedsReview: (correspondence.needs_review,),
    HoldRefunded: (correspondence.refunded,),
    HoldReleased: (correspondence.released,),
    NoteSigned: (correspondence.signed,),
    PaymentApproved: (holds.take,),
    PaymentCameTooLate: (correspondence.paid_too_late,),
    PaymentReversed: (holds.freeze_reversed,),
    PayoutDecided: (correspondence.payout_decided,),
    PersonRegistered: (correspondence.registered,),
    PractitionerChanged: (directory.vet_changed,),
    PractitionerDecided: (correspondence.vet_decided,),
    RefreshTokenReused: (correspondence.token_reused,),
    RefundFinished: (holds.close_refund,),
    ReviewsChanged: (directory.vet_changed,),
}
