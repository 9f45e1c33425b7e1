"""Step two: what is happening, in words and pictures, and whether it needs a clinic at once."""

from uuid import UUID

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from domain.booking import drafts
from domain.booking.schemas import ReasonAnswer
from domain.catalog import red_flags
from domain.files import images
from domain.files.images import ImageRefused
from kit.errors import InvalidRequest, NotFound
from kit.http import forms, uploads
from kit.http.forms import Form
from kit.http.keys import ACTOR, DATABASE, LOCALE, SESSION, STORAGE
from kit.http.policy import PetOwner
from kit.http.routes import Routes
from kit.i18n import gettext
from web.pages.booking import steps
from web.responses import redirect

routes = Routes("booking")
MOST_PHOTOS = 6
NONE = "none"


async def _show(
    request: web.Request, view: steps.View, form: Form[ReasonAnswer] | None = None, status: int = 200
) -> web.Response:
    draft = view.draft
    if view.pet is None:
        return redirect(view.url("pet"))
    answers = draft.triage.get("answers", {})
    kept = [code for code, yes in answers.items() if yes] or ([NONE] if answers else [])
    typed = form.typed if form else {}
    return await steps.page(
        request, view, "reason", status=status, errors=form.errors if form else {},
        reason=typed.get("reason", draft.reason), flags=typed.get("flags", kept),
        photos=typed.get("photos", draft.photo_file_ids), none=NONE, most_photos=MOST_PHOTOS,
        questions=[(q.code, q.text[request[LOCALE]]) for q in red_flags.for_species(view.pet.species)],
    )  # fmt: skip


@routes.get("/book/{draft_id}/reason", auth=PetOwner)
async def show(request: web.Request, draft_id: UUID) -> web.Response:
    """The question, with what was already said."""
    return await _show(request, await steps.load(request, request[SESSION], draft_id))


@routes.post("/book/{draft_id}/reason", auth=PetOwner, transaction=False, csrf="in_form")
async def answer(request: web.Request, draft_id: UUID) -> web.Response:
    """Keep it and go on, or to the stop page. Pictures come as ids of files already sent, or in the form itself."""
    sent = await uploads.mixed_form(request, images.MAX_BYTES, MOST_PHOTOS)
    pictures, refused = [], sent.too_large
    for raw in sent.files:
        try:
            pictures.append(await images.clean(raw))
        except ImageRefused:
            refused = True
    async with request.app[DATABASE].begin(PetOwner.scope(request[ACTOR])) as session:
        request[SESSION] = session
        view = await steps.load(request, session, draft_id)
        stored = [
            await images.keep(session, request.app[STORAGE], one, by=request[ACTOR].person, purpose="appointment")
            for one in pictures
        ]
        typed = {
            "reason": "".join(sent.fields.get("reason", [])),
            "flags": sent.fields.get("flags", []),
            "photos": [one for one in sent.fields.get("photos", []) if one] + [str(one.id) for one in stored],
        }
        form = forms.check(ReasonAnswer, typed)
        if refused:
            form.errors["photos"] = gettext(ImageRefused.title)
        return await _keep(request, session, view, form)


async def _keep(
    request: web.Request, session: AsyncSession, view: steps.View, form: Form[ReasonAnswer]
) -> web.Response:
    if form.value is not None and not form.errors:
        try:
            await drafts.answer_reason(session, request[ACTOR], view.draft, form.value)
            return steps.onward(view)
        except InvalidRequest as refusal:
            form.reject(refusal)
        except NotFound:
            form.typed["photos"] = []
            form.errors["photos"] = gettext("One of the pictures is no longer there. Send it again")
    return await _show(request, view, form, 422)


@routes.get("/book/{draft_id}/stop", auth=PetOwner)
async def stop(request: web.Request, draft_id: UUID) -> web.Response:
    """A clinic now, not a video call: what to do, and nothing booked."""
    view = await steps.load(request, request[SESSION], draft_id)
    flags = await drafts.raised_flags(request[SESSION], view.draft)
    return await steps.page(request, view, "stop", flags=flags) if flags else steps.onward(view)
