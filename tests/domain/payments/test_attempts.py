"""What a provider reports, in every order and any number of times, ends in the same place."""

import itertools
from collections.abc import Sequence
from uuid import UUID

import pytest
from sqlalchemy import func, select

from domain.audit.models import AuditEntry
from domain.escrow import queries
from domain.payments import attempts, ledger, refunds
from domain.payments.gateways import sandbox
from domain.payments.gateways.port import PaymentSnapshot
from domain.payments.ledger import AccountRef
from domain.payments.models import AttemptStatus, Journal, PaymentAttempt, Refund
from kit import ids
from kit.db import Database, Scope
from kit.money import Money
from tests.factories import money
from tests.factories.money import World

A = AttemptStatus
Said = tuple[str, AttemptStatus]  # which payment, and how it stands


@pytest.fixture
async def world(db: Database) -> World:
    return await money.open_world(db)


async def open_attempt(world: World, appointment_id: UUID) -> PaymentAttempt:
    async with world.db.begin(Scope.system()) as session:
        return await attempts.open_attempt(
            session, appointment_id, world.pet_owner.person, Money(10_000, "ARS"), world.gateway
        )


def report(
    attempt: PaymentAttempt, payment: str, status: AttemptStatus, amount: Money | None = None, merchant: str = ""
) -> PaymentSnapshot:
    paid = amount or attempt.amount
    return PaymentSnapshot(
        f"{payment}-{attempt.id.hex}", merchant or attempt.merchant_account, str(attempt.id), status, paid,
        paid.amount_minor if status == A.REFUNDED else 0,
    )  # fmt: skip


async def tell(world: World, snapshot: PaymentSnapshot) -> str:
    async with world.db.begin(Scope.system()) as session:
        return await attempts.apply(session, sandbox.CODE, snapshot)


async def ending(world: World, attempt: PaymentAttempt) -> tuple[object, ...]:
    """Everything that matters about how it ended, without ids."""
    async with world.db.begin(Scope.system()) as session:
        row = await session.get_one(PaymentAttempt, attempt.id)
        escrow = await queries.of_appointment(session, attempt.appointment_id)
        all_attempts = (
            await session.scalars(select(PaymentAttempt).where(PaymentAttempt.appointment_id == attempt.appointment_id))
        ).all()
        back = await session.scalar(
            select(func.coalesce(func.sum(Refund.amount_minor), 0)).where(
                Refund.attempt_id.in_([a.id for a in all_attempts])
            )
        )
        held = await ledger.balance(session, AccountRef.escrow_of(attempt.appointment_id, "ARS"))
        journals = await session.scalar(
            select(func.count()).where(Journal.subject_id == str(attempt.appointment_id))
        )  # fmt: skip
    assert escrow is not None
    return row.status, row.quarantine, escrow.state, held, back, len(all_attempts), journals


HISTORIES: dict[str, list[Said]] = {
    "paid at the first try": [("p", A.REDIRECTED), ("p", A.PENDING), ("p", A.APPROVED), ("p", A.APPROVED)],
    "refused": [("p", A.REDIRECTED), ("p", A.PENDING), ("p", A.REJECTED), ("p", A.REJECTED)],
    "a second card": [("p", A.PENDING), ("p", A.REJECTED), ("q", A.PENDING), ("q", A.APPROVED), ("q", A.APPROVED)],
    "paid twice": [("p", A.PENDING), ("p", A.APPROVED), ("q", A.APPROVED), ("q", A.APPROVED)],
}
ENDINGS = {
    "paid at the first try": ("approved", "", "held", 10_000, 0, 1, 1),
    "refused": ("rejected", "", "awaiting_payment", 0, 0, 1, 0),
    "a second card": ("approved", "", "held", 10_000, 0, 1, 1),
    "paid twice": ("approved", "", "held", 10_000, 10_000, 2, 2),
}


class TestConvergence:
    @pytest.mark.parametrize("history", HISTORIES)
    async def test_every_order_with_repetitions_ends_the_same(self, world: World, history: str) -> None:
        orders: Sequence[tuple[Said, ...]] = sorted(set(itertools.permutations(HISTORIES[history])))
        for order in orders:
            attempt = await open_attempt(world, await world.appointment())
            for payment, status in order:
                await tell(world, report(attempt, payment, status))
            assert await ending(world, attempt) == ENDINGS[history], order
        assert (await world.books()).holds

    async def test_the_news_of_our_own_refund_in_every_order(self, world: World) -> None:
        story: list[Said] = [("p", A.PENDING), ("p", A.APPROVED), ("p", A.REFUNDED), ("p", A.REFUNDED)]
        for order in sorted(set(itertools.permutations(story))):
            attempt = await open_attempt(world, await world.appointment())
            await tell(world, report(attempt, "p", A.APPROVED))
            async with world.db.begin(Scope.system()) as session:
                row = await session.get_one(PaymentAttempt, attempt.id)
                await refunds.request(session, row, row.amount, "test")
            for payment, status in order:
                await tell(world, report(attempt, payment, status))
            ended = await ending(world, attempt)
            assert ended == ("refunded", "", "held", 0, 10_000, 1, 2), order


class TestMismatch:
    @pytest.mark.parametrize(
        ("amount", "merchant", "why", "aside"),
        [
            (Money(9_999, "ARS"), "", "amount", 9_999),
            (Money(10_001, "ARS"), "", "amount", 10_001),
            (Money(10_000, "USD"), "", "currency", 0),
            (Money(10_000, "ARS"), "somebody-else", "merchant_account", 0),
        ],
    )
    async def test_it_books_nothing_and_is_put_aside(
        self, world: World, amount: Money, merchant: str, why: str, aside: int
    ) -> None:
        attempt = await open_attempt(world, await world.appointment())
        for status in (A.PENDING, A.APPROVED, A.APPROVED, A.PENDING):
            assert await tell(world, report(attempt, "p", status, amount, merchant)) == f"mismatch_{why}"
        assert (await ending(world, attempt))[:4] == ("created", why, "awaiting_payment", 0)
        assert (await world.get(attempt.appointment_id)).status == "held"
        assert await world.total(AccountRef.suspense(sandbox.CODE, "ARS")) == aside
        assert (await world.books()).holds
        assert await _audited(world, "payment.quarantined") == 1
        assert (await world.charge(attempt.appointment_id)).id != attempt.id

    async def test_money_under_a_reference_that_is_not_ours_is_kept_apart(self, world: World) -> None:
        for reference in ("not-a-uuid", str(ids.new_id())):
            stray = PaymentSnapshot(f"x-{reference}", "lazo-demo", reference, A.APPROVED, Money(700, "ARS"))
            assert await tell(world, stray) == "unknown_reference"
            assert await tell(world, stray) == "unknown_reference"
        assert await world.total(AccountRef.suspense(sandbox.CODE, "ARS")) == 1400

    async def test_money_the_provider_takes_back_by_itself_freezes_the_hold(self, world: World) -> None:
        attempt = await open_attempt(world, await world.appointment())
        await tell(world, report(attempt, "p", A.APPROVED))
        for _ in range(3):
            await tell(world, report(attempt, "p", A.REFUNDED))
        assert (await ending(world, attempt))[:3] == ("refunded", "reversed", "review")
        assert await _audited(world, "payment.reversed") == 1


class TestSeveralAttempts:
    async def test_a_second_attempt_that_is_paid_too_goes_back_by_itself(self, world: World) -> None:
        booked = await world.appointment()
        first = await world.charge(booked)
        await world.gateway.decide(first.gateway_payment_id or "", "decline")
        await world.settle()
        second = await world.charge(booked)
        assert second.id != first.id
        await world.gateway.decide(first.gateway_payment_id or "", "approve")
        await world.gateway.decide(second.gateway_payment_id or "", "approve")
        await world.settle()
        statuses = {(await world.attempt(one.id)).status for one in (first, second)}
        assert statuses == {"approved", "refunded"}
        assert await world.total(world.clearing) == -10_000
        assert (await world.escrow(booked)).state == "held"
        assert (await world.books()).holds

    async def test_asking_again_is_the_same_attempt_and_the_same_page(self, world: World) -> None:
        booked = await world.appointment()
        first, second = await world.charge(booked), await world.charge(booked)
        assert (first.id, first.redirect_url) == (second.id, second.redirect_url)


async def _audited(world: World, action: str) -> int:
    async with world.db.begin(Scope.system()) as session:
        return int(await session.scalar(select(func.count()).where(AuditEntry.action == action)) or 0)
