"""Reading one uploaded file, counted while it arrives, never by what the sender says its size is."""

from aiohttp import BodyPartReader, web

from kit.errors import field_error
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
