"""What the four steps share: the draft, the rail that fills with what was chosen, the way from step to step."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from aiohttp import web
from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncSession

from domain.booking import drafts
from domain.booking.drafts import Step
from domain.booking.models import BookingDraft
from domain.directory import profiles
from domain.directory.schemas import ProviderOut, ServiceOut
from domain.patients.models import Pet
from kit import formats
from kit.errors import NotFound
from kit.http.keys import ACTOR
from kit.i18n import gettext as _
from kit.money import Money
from web import responses

ORDER: tuple[Step, ...] = ("pet", "reason", "time", "pay")
EXCERPT = 60


@dataclass(frozen=True, slots=True)
class View:
    """A draft with everything its pages show. ``zone`` is the reader's."""

    draft: BookingDraft
    vet: ProviderOut
    service: ServiceOut
    pet: Pet | None
    zone: str

    @property
    def price(self) -> Money:
        """What it costs today; what is paid is fixed when the time is held."""
        return Money(self.service.price.amount_minor, self.service.price.currency)

    def url(self, step: str) -> str:
        """The address of a step."""
        return f"/book/{self.draft.id}/{step}"


async def load(request: web.Request, session: AsyncSession, draft_id: UUID) -> View:
    """The caller's draft; raises NotFound, also when the vet no longer offers the service."""
    actor = request[ACTOR]
    draft = await drafts.get(session, actor, draft_id)
    vet = await profiles.by_id(session, draft.practitioner_id)
    service = next((one for one in vet.services if one.id == draft.service_id), None)
    if service is None:
        raise NotFound
    pet = await session.get(Pet, draft.pet_id) if draft.pet_id else None
    return View(draft, vet, service, pet, actor.time_zone)


def _chosen(view: View) -> dict[str, str]:
    """Words under each answered step."""
    reason = view.draft.reason
    return {
        "pet": view.pet.name if view.pet else "",
        "reason": reason if len(reason) <= EXCERPT else reason[:EXCERPT].rsplit(" ", 1)[0] + "…",
        "time": formats.day_clock(view.draft.starts_at, view.zone) if view.draft.starts_at else "",
        "pay": "",
    }


def rail(view: View, current: str) -> list[tuple[str, str, str, str]]:
    """The four steps for ``navigation.steps``: what was answered can be gone back to."""
    names = {"pet": _("Pet"), "reason": _("Reason"), "time": _("Time"), "pay": _("Payment")}
    chosen = _chosen(view)
    items = []
    for step in ORDER:
        state = "now" if step == current else "done" if chosen[step] else "todo"
        items.append((names[step], state, chosen[step] if state == "done" else "", view.url(step)))
    return items


def summary(view: View) -> list[tuple[Any, ...]]:
    """What is known so far, for the rail's list."""
    length = formats.duration(view.service.duration_minutes)
    rows: list[tuple[Any, ...]] = [
        (_("Vet"), Markup("<bdi>{}</bdi>").format(view.vet.name)),
        (_("Consultation"), _("%(service)s, %(length)s", service=view.service.name, length=length)),
    ]
    chosen = _chosen(view)
    for step, label in (("pet", _("Pet")), ("time", _("When"))):
        if chosen[step]:
            rows.append((label, chosen[step], view.url(step)))
    return rows


def onward(view: View) -> web.Response:
    """To the first step that is still open."""
    return responses.redirect(view.url(drafts.step_of(view.draft)))


async def page(request: web.Request, view: View, step: str, *, status: int = 200, **context: Any) -> web.Response:
    """A step with its rail."""
    return await responses.page(
        request, f"booking/{step}.html", status=status, view=view, rail=rail(view, step), summary=summary(view), **context
    )
