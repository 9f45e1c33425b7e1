"""The one vertical line of an appointment: what happened, what is on, what is still to come."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from markupsafe import Markup

from domain.booking.models import AppointmentEvent, AppointmentStatus
from domain.escrow.models import EscrowState
from domain.escrow.timeline import MoneyEvent
from kit import formats
from kit.i18n import gettext as _
from kit.money import Money
from web.timeline import Story

S = AppointmentStatus
STOPS = frozenset({"hold_expired", "cancelled", "unattended", "payment_refused", "refund_failed", "payment_put_aside"})
# Lines that say the same as another one beside them; an admin sees the money's own side as well.
SILENT = frozenset({"completed", "payment_started", "payment_approved", "commission_taken", "commission_frozen"})
FOR_ADMIN = frozenset({"payment_started", "payment_approved", "commission_frozen"})


@dataclass(frozen=True, slots=True)
class Step:
    """One point of the line: ``state`` is past, now, next or stopped; ``when`` is written in the reader's zone."""

    title: str
    state: str = "past"
    when: str = ""
    note: str | Markup = ""


def steps(story: Story) -> list[Step]:
    """Past, in order of time, then the way ahead."""
    shown = FOR_ADMIN if story.side == "admin" else frozenset()
    # Of two lines of one instant the money's comes first: it is the cause.
    lines = [(said.at, _of_money(story, said)) for said in story.money if said.kind not in SILENT - shown]
    lines += [(event.created_at, _of_event(story, event)) for event in story.events if event.kind not in SILENT]
    if story.review is not None:
        lines.append((story.review.created_at, _past(story, _("Review written"), story.review.created_at)))
    past = [step for _at, step in sorted(lines, key=itemgetter(0)) if step is not None]
    return past + list(_ahead(story))


def _past(story: Story, title: str, at: datetime, note: str | Markup = "", *, stopped: bool = False) -> Step:
    return Step(title, "stopped" if stopped else "past", formats.day_clock(at, story.zone), note)


def _of_event(story: Story, event: AppointmentEvent) -> Step | None:
    words = _event_words(story, event)
    if words is None:
        return None
    return _past(story, words[0], event.created_at, words[1], stopped=event.kind in STOPS)


def _event_words(story: Story, event: AppointmentEvent) -> tuple[str, str | Markup] | None:
    vet, pet_owner = story.vet_name, story.pet_owner_name
    late = event.data.get("late")
    simple: dict[str, tuple[str, str]] = {
        "held": (_("Time kept"), ""),
        "booked": (_("Booked"), _("The payment came late, and the time was still free.") if late else ""),
        "hold_expired": (_("The time was given back"), _("It was not paid in time. Nothing was charged.")),
        "reminded": (_("Reminder sent"), ""),
        "pet_owner_joined": (_("%(name)s came into the room", name=pet_owner), ""),
        "practitioner_joined": (_("%(name)s came into the room", name=vet), ""),
        "started": (_("The consultation began"), ""),
        "ended": (_("The consultation ended"), _length(story)),
    }
    if event.kind in simple:
        return simple[event.kind]
    if event.kind == "record_signed":
        return _("The record was signed"), _record_link(story)
    if event.kind == "cancelled":
        return _cancelled(story, event), ""
    if event.kind == "unattended":
        absent = {"practitioner": _("%(name)s did not come", name=vet),
                  "pet_owner": _("%(name)s did not come", name=pet_owner)}  # fmt: skip
        return absent.get(str(event.data.get("absent")), _("Nobody came")), ""
    return None


def _cancelled(story: Story, event: AppointmentEvent) -> str:
    if event.actor_id is not None and event.actor_id == story.appointment.pet_owner_id:
        if story.side == "pet_owner":
            return _("You cancelled")
        return _("%(name)s cancelled", name=story.pet_owner_name)
    if story.side == "practitioner":
        return _("Cancelled by your clinic")
    return _("%(name)s cancelled", name=story.vet_name)


def _length(story: Story) -> str:
    visit = story.consultation
    if visit is None or visit.started_at is None or visit.ended_at is None:
        return ""
    return _("It took %(duration)s.", duration=formats.duration(visit.ended_at - visit.started_at))


def _record_link(story: Story) -> Markup | str:
    if story.record is None or not story.is_record_signed or story.side == "admin":
        return ""
    return Markup('<a href="/records/{}">{}</a>').format(story.record.id, _("Read the record"))


def _of_money(story: Story, said: MoneyEvent) -> Step | None:
    amount = formats.isolate(formats.money(said.amount)) if said.amount is not None else ""
    titles = {
        "held": _("%(amount)s paid and held", amount=amount),
        "payment_started": _("Payment of %(amount)s begun", amount=amount),
        "payment_approved": _("The provider confirmed %(amount)s", amount=amount),
        "payment_refused": _("The payment was refused"),
        "payment_put_aside": _("A payment did not match and was put aside"),
        "refund_requested": _("Refund of %(amount)s begun", amount=amount),
        "refunded": _("%(amount)s sent back", amount=amount),
        "refund_failed": _("The refund did not go through; we are looking into it"),
        "commission_frozen": _("Commission fixed for this visit"),
    }
    if said.kind == "confirmed":
        return _past(story, _confirmed(story, said.actor), said.at)
    if said.kind == "released":
        return _past(story, _("Payment released"), said.at, _split(story, by_silence=said.reference == "by_silence"))
    if said.kind not in titles:
        return None
    note = said.reference if story.side == "admin" else ""
    return _past(story, titles[said.kind], said.at, note, stopped=said.kind in STOPS)


def _confirmed(story: Story, who: str) -> str:
    if who == story.side:
        return _("You confirmed that it took place")
    name = story.pet_owner_name if who == "pet_owner" else story.vet_name
    return _("%(name)s confirmed that it took place", name=name)


def _split(story: Story, *, by_silence: bool) -> str:
    held = story.escrow
    if held is None or held.net_minor is None or held.commission_minor is None:
        return ""
    net, fee = Money(held.net_minor, held.currency), Money(held.commission_minor, held.currency)
    parts = _("%(net)s for %(vet)s, %(fee)s for Lazo.", net=formats.isolate(formats.money(net)), fee=formats.isolate(formats.money(fee)),
              vet=story.vet_name)  # fmt: skip
    if not by_silence:
        return parts
    why = _("Nobody objected in time, so it counted as confirmed.")
    return f"{parts} {why}"


def _ahead(story: Story) -> Iterator[Step]:
    status = story.status
    if status == S.HELD:
        until = story.appointment.hold_expires_at
        when = _("until %(time)s", time=formats.clock_time(until, story.zone)) if until else ""
        yield Step(_("Payment"), "now", when)
    if status in (S.HELD, S.BOOKED) and not story.has_passed:
        starts = formats.day_clock(story.appointment.starts_at, story.zone)
        yield Step(_("Consultation"), "now" if status == S.BOOKED else "next", starts)
    if status == S.IN_PROGRESS:
        yield Step(_("The consultation is under way"), "now")
    if status in (S.HELD, S.BOOKED, S.IN_PROGRESS, S.AWAITING_CONFIRMATION):
        yield from _after_the_visit(story)
    if story.can_review:
        yield Step(_("Your review"), "next", "", _("if you like"))


def _after_the_visit(story: Story) -> Iterator[Step]:
    if not story.is_record_signed:
        yield Step(_("The vet signs the record"), "next")
    held, is_open = story.escrow, story.status == S.AWAITING_CONFIRMATION
    if held is not None and held.state == EscrowState.REVIEW:
        yield Step(_("We look at what happened"), "now")
        return
    until = ""
    if is_open and held is not None and held.due_at is not None:
        until = _("until %(time)s", time=formats.day_clock(held.due_at, story.zone))
    yield Step(_("Both confirm that it took place"), "now" if is_open else "next", until)
    yield Step(_("The payment goes to %(name)s", name=story.vet_name), "next")
    if story.side == "pet_owner":
        yield Step(_("Your review"), "next", "", _("if you like"))
