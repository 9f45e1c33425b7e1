"""Identifiers: UUIDv7 (RFC 9562) for rows, unguessable tokens for rooms and links, short references for people."""

import os
import secrets
import time
from uuid import UUID

REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> UUID:
    """A UUIDv7: 48 bits of wall-clock milliseconds, then random, so that indexes grow at one end."""
    stamp = time.time_ns() // 1_000_000
    raw = bytearray(stamp.to_bytes(6, "big") + os.urandom(10))
    raw[6] = (raw[6] & 0x0F) | 0x70
    raw[8] = (raw[8] & 0x3F) | 0x80
    return UUID(bytes=bytes(raw))


def token() -> str:
    """256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


def reference() -> str:
    """A reference a person can read aloud: eight characters without look-alikes, such as ``7K2M-Q9TD``."""
    code = "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(8))
    return f"{code[:4]}-{code[4:]}"
