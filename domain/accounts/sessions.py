"""Sessions: a 15-minute access token, a 7-day refresh token that rotates, and a row that can end both at once.

The successor of a refresh token is derived from it with the server's key. So twenty tabs that refresh at once with
the same token all receive the same successor, and nothing but hashes is stored. A token that was replaced longer
ago than ``GRACE`` ends the whole session: somebody else has a copy (OWASP ASVS 5.0 7.2, features ID-9).
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

import jwt
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.accounts.events import RefreshTokenReused
from domain.accounts.models import AuthSession, RefreshToken, User
from kit import clock, events, ids
from kit.settings import Settings

ISSUER = "lazo"
ALGORITHM = "HS256"
GRACE = timedelta(seconds=10)
ABSOLUTE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class TokenPolicy:
    """The key and the lifetimes."""

    secret: bytes
    access: timedelta
    refresh: timedelta

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Those of this installation."""
        return cls(
            settings.secret_key, timedelta(minutes=settings.access_minutes), timedelta(days=settings.refresh_days)
        )


@dataclass(frozen=True, slots=True)
class Issued:
    """Tokens for one session, in the clear, for the browser alone."""

    session_id: UUID
    access: str
    refresh: str


def _sha256(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _successor(policy: TokenPolicy, token: str) -> str:
    return hmac.digest(policy.secret, b"refresh:" + token.encode(), hashlib.sha256).hex()


def _access(policy: TokenPolicy, user_id: UUID, session_id: UUID) -> str:
    now = clock.wall()
    claims = {"iss": ISSUER, "aud": "web", "typ": "access", "sub": str(user_id), "sid": str(session_id),
              "nbf": now, "exp": now + policy.access}  # fmt: skip
    return jwt.encode(claims, policy.secret, algorithm=ALGORITHM)


async def start(session: AsyncSession, policy: TokenPolicy, user: User, *, user_agent: str, ip: str) -> Issued:
    """Sign ``user`` in on this device with a token family of its own."""
    now = clock.wall()
    device = AuthSession(
        user_id=user.id, expires_at=now + ABSOLUTE, last_seen_at=now, user_agent=user_agent[:300], ip_address=ip
    )
    session.add(device)
    await session.flush()
    refresh = ids.token()
    session.add(RefreshToken(session_id=device.id, token_sha256=_sha256(refresh), expires_at=now + policy.refresh))
    return Issued(device.id, _access(policy, user.id, device.id), refresh)


def session_of(policy: TokenPolicy, access: str) -> UUID | None:
    """The session an access token names, if the token is ours, an access token, and not past its time."""
    try:
        claims = jwt.decode(
            access, policy.secret, algorithms=[ALGORITHM], audience="web", issuer=ISSUER,
            options={"require": ["exp", "nbf", "sub", "sid", "typ"]},
        )  # fmt: skip
        return UUID(claims["sid"]) if claims["typ"] == "access" else None
    except (jwt.InvalidTokenError, ValueError):
        return None


async def alive(session: AsyncSession, session_id: UUID) -> tuple[AuthSession, User] | None:
    """The session and its person, unless it was revoked, ran out, or the person is disabled."""
    row = (
        await session.execute(
            select(AuthSession, User)
            .join(User, User.id == AuthSession.user_id)
            .where(
                AuthSession.id == session_id, AuthSession.revoked_at.is_(None),
                AuthSession.expires_at > clock.wall(), User.disabled_at.is_(None),
            )
        )
    ).one_or_none()  # fmt: skip
    return None if row is None else (row[0], row[1])


async def refresh(session: AsyncSession, policy: TokenPolicy, token: str) -> Issued | None:
    """Exchange a refresh token for its successor and a new access token; None if it is worth nothing.

    Reuse beyond the grace, or of any but the immediately previous token, revokes the session.
    """
    now = clock.wall()
    row = (
        await session.execute(
            select(RefreshToken).where(RefreshToken.token_sha256 == _sha256(token)).with_for_update()
        )
    ).scalar_one_or_none()
    if row is None or row.expires_at <= now or (found := await alive(session, row.session_id)) is None:
        return None
    successor = _successor(policy, token)
    if row.used_at is not None and not await _within_grace(session, row, successor, now):
        await revoke(session, row.session_id, "refresh_token_reused")
        device, person = found
        await events.publish(session, RefreshTokenReused(person.id, device.id, device.user_agent))
        return None
    if row.used_at is None:
        row.used_at = now
        await session.execute(
            insert(RefreshToken).values(
                id=ids.new_id(), created_at=now, session_id=row.session_id, token_sha256=_sha256(successor),
                expires_at=now + policy.refresh,
            )
        )  # fmt: skip
        found[0].last_seen_at = now
    return Issued(row.session_id, _access(policy, found[1].id, row.session_id), successor)


async def _within_grace(session: AsyncSession, row: RefreshToken, successor: str, now: datetime) -> bool:
    if row.used_at is None or now - row.used_at > GRACE:
        return False
    used = await session.scalar(select(RefreshToken.used_at).where(RefreshToken.token_sha256 == _sha256(successor)))
    return used is None


async def revoke(session: AsyncSession, session_id: UUID, reason: str) -> None:
    """End a session and its whole token family."""
    await session.execute(
        update(AuthSession)
        .where(AuthSession.id == session_id, AuthSession.revoked_at.is_(None))
        .values(revoked_at=clock.wall(), revoked_reason=reason)
    )
