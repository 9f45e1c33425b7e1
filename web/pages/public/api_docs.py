"""The API's reference: one page, rendered on the server, searchable without JavaScript."""

from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, StringConstraints

from kit.http.keys import API_DOCUMENT, SETTINGS
from kit.http.policy import Public
from kit.http.routes import Routes
from web import api_reference
from web.responses import page

routes = Routes("api_docs", prefix="/api/docs")


class DocsQuery(BaseModel):
    """What to look for."""

    q: Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)] = ""


@routes.get("", auth=Public, transaction=False)
async def show(request: web.Request, query: DocsQuery) -> web.Response:
    """Every call by subject, or those that speak of ``q``."""
    document = request.app[API_DOCUMENT]()
    subjects = {
        subject: found
        for subject, listed in api_reference.calls(document, request.app[SETTINGS].public_url).items()
        if (found := [call for call in listed if call.speaks_of(query.q)])
    }
    return await page(
        request, "public/api_docs.html", q=query.q, subjects=subjects, info=document["info"],
        schemas=api_reference.schemas(document),
    )  # fmt: skip
