"""Pictures are decoded and written anew as WebP: nothing of the uploaded bytes is kept, no metadata, no place.

Decoding hostile images is left to a process of its own with little memory and time (``images_worker``).
"""

import asyncio
import hashlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.files.models import StoredFile
from kit import ids
from kit.errors import DomainError
from kit.i18n import N_
from kit.storage import Storage

MAX_BYTES = 2 * 1024 * 1024
SECONDS = 20
WORKER = Path(__file__).with_name("images_worker.py")


class ImageRefused(DomainError):
    """Not a picture we take: another format, too large, or broken."""

    status = 422
    code = "image_refused"
    title = N_("We could not read this picture. Send a JPEG, PNG, GIF or WebP of up to 2 MB")


@dataclass(frozen=True, slots=True)
class Picture:
    """A clean WebP and its size in pixels."""

    content: bytes
    width: int
    height: int


async def clean(raw: bytes) -> Picture:
    """The picture as WebP, upright, in sRGB, at most 1600 pixels a side; raises ImageRefused."""
    if not raw or len(raw) > MAX_BYTES:
        raise ImageRefused
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-I", str(WORKER),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        out, _ = await asyncio.wait_for(worker.communicate(raw), SECONDS)
    except TimeoutError:
        worker.kill()
        await worker.wait()
        raise ImageRefused from None
    if worker.returncode != 0:
        raise ImageRefused
    head, _, content = out.partition(b"\n")
    size = json.loads(head)
    return Picture(content, size["width"], size["height"])


async def keep(session: AsyncSession, storage: Storage, picture: Picture, *, by: UUID | None, purpose: str) -> StoredFile:
    """Store a clean picture under a name of ours. The bytes are durable before the row is."""
    file_id = ids.new_id()
    key = f"{purpose}/{file_id}.webp"
    await storage.put(key, picture.content)
    stored = StoredFile(
        id=file_id, uploaded_by=by, purpose=purpose, key=key, media_type="image/webp",
        size_bytes=len(picture.content), sha256=hashlib.sha256(picture.content).digest(),
        width=picture.width, height=picture.height,
    )  # fmt: skip
    session.add(stored)
    await session.flush()
    return stored
