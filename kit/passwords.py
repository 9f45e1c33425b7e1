"""argon2id at 19 MiB, two passes, one lane: 17 ms here, so that a flood of log-ins does not stop the machine.

Hashing runs in a pool of two threads; a queue longer than ``QUEUE`` is refused rather than waited for.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kit.errors import Unavailable

QUEUE = 64
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="password")
_waiting = 0


@lru_cache(maxsize=1)
def _nobody() -> str:
    return HASHER.hash("nobody has this password")


async def _run(work: object, *arguments: str) -> object:
    global _waiting  # noqa: PLW0603
    if _waiting >= QUEUE:
        raise Unavailable(retry_after=5)
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_pool, work, *arguments)  # type: ignore[arg-type]
    finally:
        _waiting -= 1


async def hash_password(password: str) -> str:
    """The hash to store."""
    return str(await _run(HASHER.hash, password))


def _verify(stored: str, password: str) -> bool:
    try:
        return HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


async def verify(stored: str | None, password: str) -> bool:
    """True if it is the password; an unknown account (``None``) costs the same time."""
    right = bool(await _run(_verify, stored or _nobody(), password))
    return right and stored is not None
