"""Reading one uploaded file, counted while it arrives, never by what the sender says its size is."""

from dataclasses import dataclass, field

from aiohttp import BodyPartReader, web

from kit.errors import field_error
from kit.http import csrf
from kit.i18n import N_

CHUNK = 64 * 1024


async def one_file(request: web.Request, limit: int) -> bytes:
    """The first file of a multipart body; raises InvalidRequest when there is none or it passes ``limit`` bytes."""
    if request.content_type != "multipart/form-data":
        raise field_error("file", "missing", N_("Choose a file"))
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.filename is None:
            continue
        content = bytearray()
        while chunk := await part.read_chunk(CHUNK):
            content += chunk
            if len(content) > limit:
                raise field_error("file", "too_large", N_("This file is larger than 2 MB"))
        return bytes(content)
    raise field_error("file", "missing", N_("Choose a file"))


@dataclass(slots=True)
class MixedForm:
    """A form with files in it: ``fields`` by name, ``files`` in order, and whether one was left out for its size."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    files: list[bytes] = field(default_factory=list)
    too_large: bool = False


async def mixed_form(request: web.Request, limit: int, most: int) -> MixedForm:
    """Read a multipart form; a file beyond ``limit`` bytes or the ``most``-th is read past and not kept.

    Raises CrossSiteRefused when the form's token is not that of the caller's session.
    """
    form = MixedForm()
    if request.content_type != "multipart/form-data":
        posted = await request.post()
        form.fields = {name: [v for v in posted.getall(name) if isinstance(v, str)] for name in posted}
        return form
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        content = await _part(part, limit)
        if part.filename is None:
            form.fields.setdefault(part.name or "", []).append((content or b"").decode("utf-8", "replace"))
        elif content is None:
            form.too_large = True
        elif content and len(form.files) < most:
            form.files.append(content)
    if csrf.HEADER not in request.headers:
        csrf.prove(request, "".join(form.fields.pop(csrf.FIELD, [])))
    else:
        await csrf.check_token(request)
    return form


async def _part(part: BodyPartReader, limit: int) -> bytes | None:
    content = bytearray()
    fits = True
    while chunk := await part.read_chunk(CHUNK):
        fits = fits and len(content) + len(chunk) <= limit
        if fits:
            content += chunk
    return bytes(content) if fits else None
