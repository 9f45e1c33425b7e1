"""Sessions: rotation, the grace for tabs that refresh at once, reuse, time."""

import asyncio
from datetime import timedelta

import jwt
import pytest
import time_machine
from sqlalchemy import func, select

from domain.accounts import sessions
from domain.accounts.models import AuthSession, RefreshToken, User
from kit import clock
from kit.db import Database, Scope

POLICY = sessions.TokenPolicy(b"k" * 32, timedelta(minutes=15), timedelta(days=7))


@pytest.fixture
async def issued(db: Database) -> sessions.Issued:
    async with db.begin(Scope.system()) as session:
        user = User(email="a@example.com", name="A", locale="es", time_zone="America/Lima", country="PE")
        session.add(user)
        await session.flush()
        return await sessions.start(session, POLICY, user, user_agent="t", ip="127.0.0.1")


async def _refresh(db: Database, token: str) -> sessions.Issued | None:
    async with db.begin(Scope.system()) as session:
        return await sessions.refresh(session, POLICY, token)


async def _is_alive(db: Database, issued: sessions.Issued) -> bool:
    async with db.begin(Scope.system()) as session:
        return await sessions.alive(session, issued.session_id) is not None


@pytest.mark.race
async def test_twenty_tabs_at_once_get_one_successor(db: Database, issued: sessions.Issued) -> None:
    answers = await asyncio.gather(*(_refresh(db, issued.refresh) for _ in range(20)))
    assert len({a.refresh for a in answers if a}) == 1
    assert all(answers)
    async with db.begin(Scope.system()) as session:
        assert await session.scalar(select(func.count()).select_from(RefreshToken)) == 2
    assert await _is_alive(db, issued)


async def test_an_old_token_after_the_grace_ends_the_family(db: Database, issued: sessions.Issued) -> None:
    second = await _refresh(db, issued.refresh)
    assert second is not None
    with time_machine.travel(clock.wall() + timedelta(seconds=11)):
        assert await _refresh(db, issued.refresh) is None
        assert await _refresh(db, second.refresh) is None
    assert not await _is_alive(db, issued)
    async with db.begin(Scope.system()) as session:
        reason = await session.scalar(select(AuthSession.revoked_reason))
    assert reason == "refresh_token_reused"


async def test_only_the_immediately_previous_token_has_grace(db: Database, issued: sessions.Issued) -> None:
    second = await _refresh(db, issued.refresh)
    assert second is not None
    assert await _refresh(db, second.refresh) is not None
    assert await _refresh(db, issued.refresh) is None  # within ten seconds, but two steps back
    assert not await _is_alive(db, issued)


async def test_a_refresh_token_lives_seven_days(db: Database, issued: sessions.Issued) -> None:
    with time_machine.travel(clock.wall() + timedelta(days=6, hours=23)):
        again = await _refresh(db, issued.refresh)
    assert again is not None
    with time_machine.travel(clock.wall() + timedelta(days=6, hours=23) + timedelta(days=7, seconds=1)):
        assert await _refresh(db, again.refresh) is None


async def test_access_tokens_are_ours_of_their_kind_and_young(issued: sessions.Issued) -> None:
    assert sessions.session_of(POLICY, issued.access) == issued.session_id
    claims = jwt.decode(issued.access, options={"verify_signature": False})
    forged = [
        jwt.encode(claims, b"x" * 32, algorithm="HS256"),
        jwt.encode(claims, "", algorithm="none"),
        jwt.encode(claims, POLICY.secret, algorithm="HS512"),
        *(jwt.encode(claims | change, POLICY.secret) for change in (
            {"typ": "refresh"}, {"aud": "api"}, {"iss": "else"}, {"sid": "no-uuid"},
            {"nbf": claims["nbf"] + 3600}, {"exp": claims["nbf"] - 1},
        )),
        *(jwt.encode({k: v for k, v in claims.items() if k != gone}, POLICY.secret) for gone in ("exp", "sid", "typ")),
        issued.refresh, "", "a.b.c",
    ]  # fmt: skip
    assert [sessions.session_of(POLICY, token) for token in forged] == [None] * len(forged)
    with time_machine.travel(clock.wall() + timedelta(minutes=15, seconds=1)):
        assert sessions.session_of(POLICY, issued.access) is None
