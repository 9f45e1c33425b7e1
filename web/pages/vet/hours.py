"""A vet's week and the days that differ, with what a pet owner would be offered."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from aiohttp import web
from babel import Locale
from pydantic import BaseModel, ValidationError

from domain.booking import agenda, availability
from domain.clinics.models import Clinic
from domain.practitioners import schedules
from domain.practitioners.models import Practitioner as Vet
from domain.practitioners.models import ScheduleException, WorkingHours
from domain.practitioners.schemas import AddException, SetHours
from kit import i18n, zones
from kit.errors import DomainError
from kit.http import forms
from kit.http.endpoint import field_errors
from kit.http.keys import ACTOR, SESSION
from kit.http.policy import Practitioner
from kit.http.routes import Routes
from kit.i18n import gettext as _
from web.pages.vet import desk
from web.responses import redirect

routes = Routes("vet_hours", prefix="/vet/hours")
DAY = 1440
NOTICES = (0, 15, 30, 60, 120, 240, 720, 1440, 2880)
PAUSES = (0, 5, 10, 15, 20, 30)
TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


class Typed(BaseModel):
    """The week as it stands in the form: texts, so that a mistake can be shown again."""

    rows: list[list[tuple[str, str]]]
    min_notice_minutes: str
    buffer_minutes: str


def _written(minute: int) -> str:
    return f"{minute % DAY // 60:02}:{minute % 60:02}"


def _as_typed(vet: Vet, hours: Sequence[WorkingHours]) -> Typed:
    rows: list[list[tuple[str, str]]] = [[] for _day in range(7)]
    for window in hours:
        rows[window.weekday].append((_written(window.opens_minute), _written(window.closes_minute)))
    return Typed(rows=rows, min_notice_minutes=str(vet.min_notice_minutes), buffer_minutes=str(vet.buffer_minutes))


async def _read(request: web.Request) -> tuple[Typed, SetHours | None, dict[str, str]]:
    """The form, and what it means; a closing time before the opening one is on the next day."""
    posted = await request.post()
    rows, windows, errors = [], [], dict[str, str]()
    for day in range(7):
        pairs = list(zip(posted.getall(f"opens_{day}", []), posted.getall(f"closes_{day}", []), strict=False))
        rows.append([(str(opens), str(closes)) for opens, closes in pairs if opens or closes])
        for opens, closes in rows[-1]:
            window = _window(opens, closes)
            if window is None:
                errors.setdefault(f"opens_{day}", _("Write both times of %(day)s, like 09:00 and 13:00.", day=_day(day)))
            else:
                windows.append({"weekday": day, "opens_minute": window[0], "closes_minute": window[1]})
    notice, pause = str(posted.get("min_notice_minutes", "")), str(posted.get("buffer_minutes", ""))
    typed = Typed(rows=rows, min_notice_minutes=notice, buffer_minutes=pause)
    try:
        data = SetHours.model_validate({"windows": windows, "min_notice_minutes": notice, "buffer_minutes": pause})
    except ValidationError as error:
        errors |= {_field(name): words for name, words in forms.sentences(field_errors(error, "form")).items()}
        return typed, None, errors
    return typed, None if errors else data, errors


def _field(name: str) -> str:
    return name if name in ("min_notice_minutes", "buffer_minutes") else ""


def _window(opens: str, closes: str) -> tuple[int, int] | None:
    begin, end = TIME.fullmatch(opens.strip()), TIME.fullmatch(closes.strip())
    if begin is None or end is None:
        return None
    first, last = (int(m[1]) * 60 + int(m[2]) for m in (begin, end))
    if first == last != 0:
        return None
    return first, last if last > first else last + DAY


def _day(number: int) -> str:
    return days()[number]


def days() -> list[str]:
    """The days of the week, Monday first, in the reader's words."""
    names = Locale.parse(i18n.current()).days["stand-alone"]["wide"]
    return [str(names[day]).capitalize() for day in range(7)]


@routes.get("", auth=Practitioner)
async def show(request: web.Request) -> web.Response:
    """The week that stands."""
    vet = await schedules.mine(request[SESSION], request[ACTOR])
    return await _page(request, vet, _as_typed(vet, await schedules.hours(request[SESSION], vet)))


async def _page(
    request: web.Request, vet: Vet, typed: Typed, *, errors: dict[str, str] | None = None, status: int = 200,
    trial: SetHours | None = None, day_off: dict[str, Any] | None = None,
) -> web.Response:  # fmt: skip
    session, actor = request[SESSION], request[ACTOR]
    clinic = await session.get_one(Clinic, vet.clinic_id)
    services = await schedules.services(session, vet)
    minutes = min((one.duration_minutes for one in services), default=30)
    off = await schedules.exceptions(session, vet)
    return await desk.page(
        request, "vet/hours.html", status=status, errors=errors or {}, typed=typed, days=days(), zone=clinic.time_zone,
        notices=NOTICES, pauses=PAUSES, minutes=minutes, is_trial=trial is not None, day_off=day_off or {},
        preview=await availability.preview(session, vet, clinic.time_zone, minutes, trial=trial),
        exceptions=[(one, await _standing(request, clinic.time_zone, one)) for one in off], written=_written,
        week=sorted(range(7), key=lambda day: (day - _first_day(request)) % 7), has_services=bool(services),
        actor_zone=actor.time_zone,
    )  # fmt: skip


def _first_day(request: web.Request) -> int:
    return 5 if request[ACTOR].locale == "ar" else 0


async def _standing(request: web.Request, zone: str, off: ScheduleException) -> Sequence[agenda.Entry]:
    """Appointments that a day off leaves standing: they are the vet's to keep or cancel."""
    if off.kind != "closed":
        return ()
    bounds: tuple[datetime, datetime] = zones.day_bounds(zone, off.day)
    if off.opens_minute is not None and off.closes_minute is not None:
        bounds = (zones.instant(zone, off.day, off.opens_minute), zones.instant(zone, off.day, off.closes_minute))
    return await agenda.standing(request[SESSION], request[ACTOR], *bounds)


@routes.post("", auth=Practitioner)
async def save(request: web.Request) -> web.Response:
    """Replace the week."""
    vet = await schedules.mine(request[SESSION], request[ACTOR])
    typed, data, errors = await _read(request)
    if data is None:
        return await _page(request, vet, typed, errors=errors, status=422)
    await schedules.set_hours(request[SESSION], request[ACTOR], data)
    return redirect("/vet/hours?done=saved")


@routes.post("/preview", auth=Practitioner)
async def preview(request: web.Request) -> web.Response:
    """What this week would offer; nothing is stored."""
    vet = await schedules.mine(request[SESSION], request[ACTOR])
    typed, data, errors = await _read(request)
    return await _page(request, vet, typed, errors=errors, status=422 if errors else 200, trial=data)


@routes.post("/exceptions", auth=Practitioner)
async def add_exception(request: web.Request) -> web.Response:
    """A day off, or an extra opening."""
    session, actor = request[SESSION], request[ACTOR]
    posted = await request.post()
    times = {}
    if posted.get("from") or posted.get("to"):
        window = _window(str(posted.get("from", "")), str(posted.get("to", "")))
        times = {"opens_minute": window[0], "closes_minute": window[1]} if window else {"opens_minute": -1}
    given = {"day": posted.get("day") or None, "kind": posted.get("kind"), "reason": posted.get("reason", "")} | times
    errors: dict[str, str] = {}
    try:
        await schedules.add_exception(session, actor, AddException.model_validate(given))
        return redirect("/vet/hours?done=added#exceptions")
    except ValidationError as error:
        errors = {_exception_field(n): w for n, w in forms.sentences(field_errors(error, "form")).items()}
    except DomainError as error:
        errors = {"": _(error.title)}
    vet = await schedules.mine(session, actor)
    typed = _as_typed(vet, await schedules.hours(session, vet))
    return await _page(request, vet, typed, errors=errors, status=422, day_off=dict(posted))


def _exception_field(name: str) -> str:
    return {"opens_minute": "from", "closes_minute": "from", "": "from"}.get(name, name)


@routes.post("/exceptions/{exception_id}/remove", auth=Practitioner)
async def remove_exception(request: web.Request, exception_id: UUID) -> web.Response:
    """Back to the week."""
    await schedules.remove_exception(request[SESSION], request[ACTOR], exception_id)
    return redirect("/vet/hours?done=removed#exceptions")
