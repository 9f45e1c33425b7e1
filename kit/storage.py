"""Where bytes lie: a local folder, behind the interface that an S3-compatible store will share (features ME-8)."""

import asyncio
import os
from pathlib import Path
from typing import Protocol


class Storage(Protocol):
    """Bytes by key. Keys are ours, never a person's file name."""

    async def put(self, key: str, content: bytes) -> None:
        """Store ``content``; it is durable when this returns."""

    async def get(self, key: str) -> bytes:
        """Return the bytes; raises KeyError for an unknown key."""

    async def delete(self, key: str) -> None:
        """Forget the key; an unknown one is no error."""


class FolderStorage:
    """Files below one folder, written beside and renamed, so that a crash leaves no half file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _path(self, key: str) -> Path:
        path = (self.folder / key).resolve()
        if not path.is_relative_to(self.folder.resolve()):
            raise ValueError("a storage key never leaves its folder")
        return path

    async def put(self, key: str, content: bytes) -> None:
        """Write, sync, rename."""
        await asyncio.to_thread(self._write, self._path(key), content)

    @staticmethod
    def _write(path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        with part.open("wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        part.replace(path)

    async def get(self, key: str) -> bytes:
        """Read all of it."""
        try:
            return await asyncio.to_thread(self._path(key).read_bytes)
        except FileNotFoundError:
            raise KeyError(key) from None

    async def delete(self, key: str) -> None:
        """Unlink."""
        await asyncio.to_thread(self._path(key).unlink, missing_ok=True)
