"""Who is told what when something happens, whoever caused it, and with the facts as they were."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from domain.accounts import sessions, users
from domain.accounts.schemas import Register
from domain.booking import holds as booking_holds
from domain.notifications.models import Delivery
from domain.payouts.events import PayoutDecided
from domain.payouts.models import Payout
from domain.practitioners.events import PractitionerDecided
from domain.records.events import NoteSigned
from kit import clock, events, ids
from kit.db import Database, Scope
from kit.events import Event
from tests.factories import money
from tests.factories.money import World, scope_of


@pytest.fixture
async def world(db: Database) -> World:
    return await money.open_world(db)


async def told(world: World, kind: str) -> list[Delivery]:
    async with world.db.begin(Scope.system()) as session:
        return list(await session.scalars(select(Delivery).where(Delivery.kind == kind).order_by(Delivery.created_at)))


async def happens(world: World, event: Event) -> None:
    async with world.db.begin(Scope.system()) as session:
        await events.publish(session, event)


class TestAccounts:
    async def test_signing_up_is_welcomed_in_the_persons_language(self, world: World) -> None:
        data = Register(
            name="Nour", email="nour@example.test", password="a long enough phrase", locale="ar",
            time_zone="Asia/Amman", country="JO",
        )  # fmt: skip
        async with world.db.begin(Scope.public()) as session:
            await users.register(session, data)
        (mail,) = await told(world, "welcome")
        assert (mail.recipient, mail.locale) == ("nour@example.test", "ar")

    async def test_a_refresh_token_used_twice_is_told_to_its_person_once(self, world: World) -> None:
        policy = sessions.TokenPolicy(b"k" * 40, timedelta(minutes=15), timedelta(days=7))
        async with world.db.begin(Scope.system()) as session:
            person = await users.get(session, world.pet_owner.person)
            issued = await sessions.start(session, policy, person, user_agent="Firefox", ip="::1")
            second = await sessions.refresh(session, policy, issued.refresh)
            assert second is not None
            await sessions.refresh(session, policy, second.refresh)
        for _ in range(2):
            async with world.db.begin(Scope.system()) as session:
                assert await sessions.refresh(session, policy, issued.refresh) is None
        (mail,) = await told(world, "security_notice")
        assert mail.user_id == world.pet_owner.user_id
        assert mail.context["device"] == "Firefox"


class TestAppointments:
    async def test_both_hear_of_a_booking_with_the_door_of_the_room(self, world: World) -> None:
        await world.paid(12_345)
        (owner,) = await told(world, "booking_confirmed_pet_owner")
        (vet,) = await told(world, "booking_confirmed_vet")
        assert (owner.user_id, vet.user_id) == (world.pet_owner.user_id, world.vet.user_id)
        assert owner.context["price"] == {"amount_minor": 12_345, "currency": "ARS"}
        assert owner.context["consultation_id"]
        assert "vomita" not in str(owner.context) + str(vet.context)

    async def test_a_free_visit_speaks_of_no_money(self, world: World) -> None:
        free = await world.appointment(0)
        await world.meet(free)
        await world.confirm(world.vet, free)
        await world.confirm(world.pet_owner, free)
        assert len(await told(world, "please_confirm")) == 2
        assert await told(world, "funds_released") == []
        assert len(await told(world, "review_request")) == 1

    @pytest.mark.parametrize("side", ["pet_owner", "vet"])
    async def test_cancelling_is_told_to_both_by_either(self, world: World, side: str) -> None:
        starts_at = money.next_grid(clock.now() + timedelta(days=2))
        booked = await world.appointment(starts_at=starts_at)
        await world.pay(booked)
        await world.cancel(getattr(world, side), booked)
        mails = await told(world, "cancelled")
        assert {m.user_id for m in mails} == {world.pet_owner.user_id, world.vet.user_id}
        by = "pet_owner" if side == "pet_owner" else "practitioner"
        assert {m.context["cancelled_by"] for m in mails} == {by}
        assert {m.context["version"] for m in mails} == {3}
        await world.settle()
        (back,) = await told(world, "refunded")
        assert back.user_id == world.pet_owner.user_id

    async def test_giving_a_hold_back_is_nobodys_news(self, world: World) -> None:
        await world.cancel(world.pet_owner, await world.appointment())
        assert await told(world, "cancelled") == []

    async def test_a_payment_after_the_time_was_lost_is_returned_and_told(self, world: World) -> None:
        late = await world.appointment()
        attempt = await world.charge(late)
        with clock.at((await world.get(late)).starts_at + timedelta(minutes=1)):
            async with world.db.begin(Scope.system()) as session:
                await booking_holds.expire_due(session)
            await world.gateway.decide(attempt.gateway_payment_id or "", "approve")
            await world.settle()
        assert len(await told(world, "hold_expired")) == 1
        assert len(await told(world, "payment_late_refund")) == 1

    async def test_a_signed_record_is_told_without_a_word_of_it(self, world: World) -> None:
        booked, note_id = await world.paid(), ids.new_id()
        await happens(world, NoteSigned(note_id, booked, world.pet_owner.person))
        (mail,) = await told(world, "record_published")
        assert mail.context["note_id"] == str(note_id)


class TestVets:
    @pytest.mark.parametrize("state", ["approved", "rejected", "suspended"])
    async def test_a_decision_is_told_with_its_reason(self, world: World, state: str) -> None:
        await happens(world, PractitionerDecided(world.practitioner_id, world.vet.person, state, "why"))
        (mail,) = await told(world, f"vet_{state}")
        assert (mail.user_id, mail.context["reason"]) == (world.vet.user_id, "why")

    @pytest.mark.parametrize("paid", [True, False])
    async def test_a_withdrawal_is_told_either_way(self, world: World, paid: bool) -> None:
        async with world.db.begin(Scope.system()) as session:
            payout = Payout(
                user_id=world.vet.person, clinic_id=world.vet.clinic, reference=ids.reference(), amount_minor=5000,
                currency="ARS", destination="Banco ••12", reason="" if paid else "name",
            )  # fmt: skip
            session.add(payout)
            await session.flush()
            await events.publish(session, PayoutDecided(payout.id, world.vet.person, paid))
        (mail,) = await told(world, "payout_paid" if paid else "payout_rejected")
        assert mail.context["amount"] == {"amount_minor": 5000, "currency": "ARS"}


async def test_a_person_reads_their_own_mails_and_nobody_elses(world: World) -> None:
    await world.paid()
    counts: dict[str, Any] = {}
    for name in ("pet_owner", "vet"):
        async with world.db.begin(scope_of(getattr(world, name))) as session:
            counts[name] = await session.scalar(select(func.count()).select_from(Delivery))
    assert counts == {"pet_owner": 1, "vet": 1}
