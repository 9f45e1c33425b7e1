"""Step one: for which animal."""

from typing import Any
from uuid import UUID

from aiohttp import web

from domain.booking import drafts
from domain.catalog import words
from domain.patients import pets
from domain.patients.schemas import NewPet
from kit.errors import DomainError, InvalidRequest
from kit.http import forms
from kit.http.keys import ACTOR, LOCALE, SESSION
from kit.http.policy import PetOwner
from kit.http.routes import Routes
from kit.i18n import gettext as _
from web.pages.booking import steps

routes = Routes("booking")
NEW = "new"


async def _show(
    request: web.Request, view: steps.View, typed: dict[str, Any], errors: dict[str, str], status: int = 200
) -> web.Response:
    session = request[SESSION]
    species = await words.species(session, request[LOCALE])
    mine = await pets.of_pet_owner(session, request[ACTOR])
    chosen = typed.get("pet_id") or view.draft.pet_id or (mine[0].id if len(mine) == 1 else "")
    return await steps.page(
        request, view, "pet", status=status, pets=mine, species=species, species_words=dict(species), typed=typed,
        errors=errors, chosen=str(chosen), new=NEW,
    )  # fmt: skip


@routes.get("/book/{draft_id}/pet", auth=PetOwner)
async def show(request: web.Request, draft_id: UUID) -> web.Response:
    """The caller's animals, and room for another."""
    return await _show(request, await steps.load(request, request[SESSION], draft_id), {}, {})


@routes.post("/book/{draft_id}/pet", auth=PetOwner)
async def choose(request: web.Request, draft_id: UUID) -> web.Response:
    """Keep the animal, a new one too, and go on."""
    session, actor = request[SESSION], request[ACTOR]
    view = await steps.load(request, session, draft_id)
    form = await forms.read(request, NewPet)
    wanted = str(form.typed.get("pet_id") or "")
    try:
        if wanted and wanted != NEW:
            pet_id = UUID(wanted)
        elif wanted == NEW or form.typed.get("name") or form.typed.get("species"):
            if form.value is None:
                return await _show(request, view, form.typed, form.errors, 422)
            pet_id = (await pets.add(session, actor, form.value)).id
        else:
            return await _show(request, view, form.typed, {"pet_id": _("Choose an animal, or add one")}, 422)
        await drafts.choose_pet(session, actor, view.draft, pet_id)
    except (InvalidRequest, ValueError) as refusal:
        if isinstance(refusal, DomainError):
            form.reject(refusal)
        errors = form.errors if isinstance(refusal, DomainError) else {"pet_id": _("Choose an animal, or add one")}
        return await _show(request, view, form.typed, errors, 422)
    return steps.onward(view)
