"""Pictures: sent before they belong to anything, read by those who may."""

from uuid import UUID

from aiohttp import web
from pydantic import BaseModel

from domain.booking import photos
from domain.files import images
from domain.files.images import ImageRefused
from domain.files.models import StoredFile
from kit.errors import NotFound
from kit.http.keys import ACTOR, DATABASE, SESSION, STORAGE
from kit.http.policy import Admin, PetOwner, Practitioner, SignedIn
from kit.http.routes import Routes
from kit.http.uploads import one_file

routes = Routes("files", prefix="/api/v1/files")


class FileOut(BaseModel):
    """A stored picture."""

    id: UUID
    url: str


@routes.post("", auth=SignedIn, status=201, transaction=False, problems=(ImageRefused,))
async def upload(request: web.Request) -> FileOut:
    """Send one picture (multipart, field ``file``): decoded, cleaned of metadata, stored as WebP."""
    picture = await images.clean(await one_file(request, images.MAX_BYTES))
    actor = request[ACTOR]
    async with request.app[DATABASE].begin(SignedIn.scope(actor)) as session:
        stored = await images.keep(session, request.app[STORAGE], picture, by=actor.person, purpose="appointment")
    return FileOut(id=stored.id, url=f"/api/v1/files/{stored.id}")


@routes.get("/{file_id}", auth=PetOwner | Practitioner | Admin)
async def read(request: web.Request, file_id: UUID) -> web.Response:
    """The picture, to who sent it and to both sides of the appointment it belongs to."""
    return await picture_response(request, file_id)


async def picture_response(request: web.Request, file_id: UUID) -> web.Response:
    """The bytes of a picture that the caller may read; raises NotFound."""
    if not await photos.is_readable(request[SESSION], request[ACTOR], file_id):
        raise NotFound
    stored = await request[SESSION].get_one(StoredFile, file_id)
    return web.Response(
        body=await request.app[STORAGE].get(stored.key), content_type=stored.media_type,
        headers={"Cache-Control": "private, max-age=3600", "Content-Security-Policy": "sandbox; default-src 'none'"},
    )  # fmt: skip
