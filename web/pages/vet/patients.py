"""The clinic's charts: find one, read its records, note what changes how the animal is handled."""

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, Field, StringConstraints

from domain.booking import agenda
from domain.catalog import words
from domain.patients import register
from domain.patients.register import EditAlerts
from domain.records import backlog
from kit.http import forms
from kit.http.keys import ACTOR, LOCALE, SESSION
from kit.http.policy import Practitioner
from kit.http.routes import Routes
from web.pages.vet import desk
from web.responses import redirect

routes = Routes("vet_patients", prefix="/vet/patients")


class ChartQuery(BaseModel):
    """What to look for."""

    q: Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)] = ""
    page: Annotated[int, Field(ge=1, le=10_000)] = 1

    def href(self, page: int) -> str:
        """Another page of the same search."""
        return "?" + urlencode({"q": self.q, "page": page})


@routes.get("", auth=Practitioner)
async def show_list(request: web.Request, query: ChartQuery) -> web.Response:
    """Charts of the caller's clinic."""
    session = request[SESSION]
    found, total = await register.search(session, request[ACTOR], query.q, query.page)
    kinds = dict(await words.species(session, request[LOCALE]))
    return await desk.page(
        request, "vet/patients.html", query=query, charts=found, total=total, kinds=kinds, page_size=register.PAGE
    )


@routes.get("/{patient_id}", auth=Practitioner)
async def show(request: web.Request, patient_id: UUID) -> web.Response:
    """One chart: alerts, who it is, records and visits."""
    return await _chart(request, patient_id)


async def _chart(request: web.Request, patient_id: UUID, form: forms.Form[Any] | None = None) -> web.Response:
    session, actor = request[SESSION], request[ACTOR]
    chart = await register.chart(session, actor, patient_id)
    breeds = dict(await words.breeds(session, request[LOCALE], chart.pet.species))
    return await desk.page(
        request, "vet/patient.html", status=422 if form else 200, errors=form.errors if form else {},
        chart=chart, records=await backlog.of_patient(session, actor, patient_id), zone=actor.time_zone,
        visits=await agenda.of_patient(session, actor, patient_id), alerts=form.typed["alerts"] if form else chart.patient.alerts,
        species=dict(await words.species(session, request[LOCALE])).get(chart.pet.species, chart.pet.species),
        breed=breeds.get(chart.pet.breed or "", ""), me=actor.person,
    )  # fmt: skip


@routes.post("/{patient_id}/alerts", auth=Practitioner)
async def set_alerts(request: web.Request, patient_id: UUID) -> web.Response:
    """What everybody must know before they touch it."""
    form = await forms.read(request, EditAlerts)
    if form.value is None:
        return await _chart(request, patient_id, form)
    await register.set_alerts(request[SESSION], request[ACTOR], patient_id, form.value)
    return redirect(f"/vet/patients/{patient_id}?done=saved")
