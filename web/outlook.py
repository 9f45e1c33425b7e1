"""What happens next with an appointment, in one sentence for the side that reads; and where its money is."""

from dataclasses import dataclass
from datetime import datetime

from domain.booking.models import AppointmentStatus
from domain.escrow.models import Escrow, EscrowState
from kit import clock, formats
from kit.i18n import gettext as _
from kit.money import Money, commission
from web.timeline import Story

S = AppointmentStatus
E = EscrowState
GOING_BACK = frozenset({E.REFUNDING, E.REFUND_FAILED})


@dataclass(frozen=True, slots=True)
class MoneyLine:
    """The held payment as stops of one line, and the sentences beneath; ``parts`` says who gets what, once known."""

    stops: list[dict[str, str]]
    parts: list[tuple[str, Money]]
    note: str


def next_sentence(story: Story, *, is_waiting: bool = False) -> str:
    """What happens next. ``is_waiting``: the payer is back, and the provider has said nothing yet."""
    if story.status == S.HELD:
        return _held(story, is_waiting=is_waiting)
    return {
        S.BOOKED: _before, S.IN_PROGRESS: _before, S.AWAITING_CONFIRMATION: _confirming, S.COMPLETED: _completed,
        S.NO_SHOW: _missed, S.CANCELLED: _cancelled, S.EXPIRED: _expired,
    }[story.status](story)  # fmt: skip


def _expired(_story: Story) -> str:
    return _("The time was given back because it was not paid. Nothing was charged.")


def _held(story: Story, *, is_waiting: bool) -> str:
    if is_waiting:
        return _("We are waiting for the payment provider's word. This page changes by itself.")
    until = story.appointment.hold_expires_at
    clock_words = formats.clock_time(until, story.zone) if until else ""
    if story.side != "pet_owner":
        return _("%(name)s has until %(time)s to pay.", name=story.pet_owner_name, time=clock_words)
    if story.is_refused:
        return _("The payment was refused. Try again, or pay in another way: the time is yours until %(time)s.",
                 time=clock_words)  # fmt: skip
    return _("Pay by %(time)s and the time is yours.", time=clock_words)


def _before(story: Story) -> str:
    starts = formats.day_clock(story.appointment.starts_at, story.zone)
    if story.has_passed:
        return _("The time has passed without a call. We are looking at who was there.")
    if story.status == S.IN_PROGRESS:
        return _("The consultation is under way.")
    if story.appointment.mode != "video":
        return _("The visit is %(when)s at %(clinic)s.", when=starts, clinic=story.clinic.name)
    if story.can_join:
        return _("The room is open. Go in when you are ready.")
    opens = formats.clock_time(story.room_opens_at, story.zone)
    if story.side == "practitioner":
        return _("You meet %(pet_owner)s and %(pet)s %(when)s. The room opens at %(opens)s.",
                 pet_owner=story.pet_owner_name, pet=story.pet_name, when=starts, opens=opens)  # fmt: skip
    return _("%(vet)s sees %(pet)s %(when)s. The room opens at %(opens)s.",
             vet=story.vet_name, pet=story.pet_name, when=starts, opens=opens)  # fmt: skip


def _confirming(story: Story) -> str:
    held = story.escrow
    due = formats.day_clock(held.due_at, story.zone) if held and held.due_at else ""
    if held is not None and held.state == E.REVIEW:
        return _("We are looking at what happened. Until we have decided, the payment stays where it is.")
    if story.can_confirm:
        return _("Did the consultation take place as agreed?")
    if held is not None and held.state in GOING_BACK:
        return _("The payment is on its way back.")
    if story.side == "admin":
        return _("Both sides may confirm until %(due)s.", due=due)
    other = story.vet_name if story.side == "pet_owner" else story.pet_owner_name
    return _("You have confirmed. We are waiting for %(name)s, until %(due)s at the latest.", name=other, due=due)


def _completed(story: Story) -> str:
    if story.can_review:
        return _("Everything is done. If you like, tell others how it was.")
    return _("Everything is done.")


def _missed(story: Story) -> str:
    held = story.escrow
    amount = formats.isolate(formats.money(story.appointment.price))
    if held is not None and held.state in GOING_BACK:
        return _("The visit did not take place. %(amount)s goes back in full.", amount=amount)
    if held is not None and held.state == E.REFUNDED:
        return _("The visit did not take place. %(amount)s has gone back in full.", amount=amount)
    if held is not None and held.state == E.REVIEW:
        return _("We are looking at what happened. Until we have decided, the payment stays where it is.")
    if held is not None and held.state == E.AWAITING_CONFIRMATION and held.due_at is not None:
        return _("%(vet)s waited and nobody came. The payment goes to %(vet)s on %(due)s unless you write to us before.",
                 vet=story.vet_name, due=formats.day_clock(held.due_at, story.zone))  # fmt: skip
    return _("The visit did not take place.")


def _cancelled(story: Story) -> str:
    held = story.escrow
    amount = formats.isolate(formats.money(story.appointment.price))
    if held is None or held.held_at is None:
        return _("Cancelled. Nothing had been paid.")
    if held.state == E.REFUNDED:
        return _("Cancelled. %(amount)s has gone back in full.", amount=amount)
    if held.state == E.REFUND_FAILED:
        return _("Cancelled. The provider did not take the refund of %(amount)s; we are seeing to it.", amount=amount)
    return _("Cancelled. %(amount)s is on its way back.", amount=amount)


def money_line(story: Story) -> MoneyLine | None:
    """Paid, held, confirmed, released; None where nothing has been held, and after a refund (the words say it)."""
    held = story.escrow
    if held is None or held.held_at is None or held.state in GOING_BACK | {E.REFUNDED}:
        return None
    at = {E.HELD: 1, E.AWAITING_CONFIRMATION: 2, E.REVIEW: 2, E.RELEASED: 4}.get(E(held.state), 1)
    when = formats.day_clock
    titles = (
        (_("Paid"), "credit-card", when(held.held_at, story.zone)),
        (_("Held by Lazo"), "lock", formats.money(held.amount)),
        (_("Under review") if held.state == E.REVIEW else _("Both confirm"), "handshake", _words_so_far(story)),
        (_("Released"), "circle-check", when(held.released_at, story.zone) if held.released_at else ""),
    )
    stops = [
        {"title": title, "icon_name": icon, "note": note, "state": _state(number, at)}
        for number, (title, icon, note) in enumerate(titles)
    ]
    return MoneyLine(stops, _parts(story, held), _silence_rule(story, held))


def _state(number: int, at: int) -> str:
    if number < at:
        return "past"
    return "now" if number == at else "next"


def _words_so_far(story: Story) -> str:
    said = sum(1 for word in (story.own_word_at, story.other_word_at) if word is not None)
    if story.escrow is not None and story.escrow.confirmed_by_silence:
        return ""
    return _("%(said)s of 2", said=said) if said else ""


def _parts(story: Story, held: Escrow) -> list[tuple[str, Money]]:
    if held.commission_bp is None:
        return []
    fee = commission(held.amount_minor, held.commission_bp)
    rate = formats.percent(held.commission_bp)
    return [
        (story.vet.full_name, Money(held.amount_minor - fee, held.currency)),
        (_("Lazo (%(rate)s)", rate=rate), Money(fee, held.currency)),
    ]


def _silence_rule(story: Story, held: Escrow) -> str:
    if held.state != E.AWAITING_CONFIRMATION or held.due_at is None:
        return ""
    due: datetime = held.due_at
    if due <= clock.now() or story.status == S.NO_SHOW:
        return ""
    return _("If somebody says nothing by %(due)s, it counts as confirmed when the call took place; else we look at it.",
             due=formats.day_clock(due, story.zone))  # fmt: skip
