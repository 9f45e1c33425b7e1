"""Who listens to what, on one screen. Each runs in the transaction of the event, in this order."""

from collections.abc import Mapping, Sequence

from domain.booking.events import AppointmentCancelled, AppointmentExpired, AppointmentHeld, AppointmentUnattended
from domain.consultations.events import ConsultationEnded, ConsultationStarted
from domain.escrow import commission, confirmations, holds
from domain.payments.events import PaymentApproved, PaymentReversed, RefundFinished
from kit.events import Event, Reaction

REACTIONS: Mapping[type[Event], Sequence[Reaction]] = {
    AppointmentHeld: (holds.open_hold,),
    AppointmentExpired: (holds.expire,),
    AppointmentCancelled: (holds.return_after_cancellation,),
    AppointmentUnattended: (holds.settle_unattended,),
    PaymentApproved: (holds.take,),
    PaymentReversed: (holds.freeze_reversed,),
    RefundFinished: (holds.close_refund,),
    ConsultationStarted: (commission.freeze,),
    ConsultationEnded: (confirmations.open_window,),
}
