"""Ledger, holds and withdrawals against a plain-Python model, on a real PostgreSQL, in thousands of random steps.

A failure prints its seed; ``LAZO_SEED=<seed>`` plays the same run again and shrinks it. ``LAZO_STEPS`` sets how many steps at least.
"""

import asyncio
import os
import secrets
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar
from uuid import UUID

import pytest
import uvloop
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Text, cast, delete, func, literal, select, text
from sqlalchemy.ext.asyncio import create_async_engine

from domain import reactions
from domain.booking import holds as booking_holds
from domain.booking.errors import HoldExpired
from domain.consultations import attendance
from domain.escrow import due, rulings
from domain.escrow.errors import AlreadyPaid
from domain.escrow.models import Escrow
from domain.payments import attempts, ledger, refunds
from domain.payments.errors import InsufficientFunds
from domain.payments.gateways import sandbox
from domain.payments.ledger import AccountRef
from domain.payments.models import LedgerAccount, LedgerBalance, SandboxPayment
from domain.payouts import balances, payouts
from domain.payouts.balances import VetBalance
from domain.payouts.errors import PayoutDecidedAlready
from kit import clock, events, ids
from kit.actor import Actor
from kit.db import Database, Scope
from kit.errors import Conflict, DomainError
from kit.money import Money
from kit.outbox import OutboxItem
from tests.factories import money
from tests.factories.money import RATES, World, scope_of

T = TypeVar("T")
# As ledger.trial_balance and ledger.balance, in one round trip: unbalanced currencies plus drifted accounts, and two sums.
CHECK = text(
    "with line as materialized (select account_id, currency, sum(amount_minor) as total from ledger_posting group by 1, 2)"
    " select (select count(*) from (select 1 from line group by currency having sum(total) <> 0) c)"
    " + (select count(*) from ledger_balance b full join (select l.* from line l join ledger_account a"
    "    on a.id = l.account_id where a.floor_zero) l using (account_id)"
    "    where coalesce(b.balance_minor, -1) <> coalesce(l.total, 0)),"
    " coalesce((select total from line join ledger_account on id = account_id where code = 'commission:ARS'), 0),"
    " coalesce((select total from line join ledger_account on id = account_id where code = 'suspense:sandbox:ARS'), 0)"
)
STEPS = int(os.environ.get("LAZO_STEPS", "5000"))
# Shrinking takes minutes: the first run says the seed at once, a run that is given one also looks for the short story.
PHASES = [Phase.generate, Phase.shrink] if "LAZO_SEED" in os.environ else [Phase.generate]
PRICES = st.sampled_from([0, 1, 2, 99, 10_001, 123_457, 10**11])
WINDOW = timedelta(hours=48)


@dataclass
class Meeting:
    """What the model knows about one appointment."""

    id: UUID
    price: int
    starts_at: datetime
    expires_at: datetime
    state: str = "awaiting_payment"
    cancelled: bool = False
    payment_id: str = ""
    rate: int = 0
    seconds: int = 0
    due_at: datetime | None = None
    confirmed: set[str] = field(default_factory=set)


@dataclass
class Withdrawal:
    id: UUID
    amount: int
    state: str = "requested"


class Books(RuleBasedStateMachine):
    """One vet and one pet owner per example; all examples share the database and its ledger."""

    db: ClassVar[Database]
    loop: ClassVar[asyncio.AbstractEventLoop]
    steps: ClassVar[int] = 0
    aside: ClassVar[int] = 0
    used: ClassVar[dict[str, int]] = {}

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        self.touched = True
        with clock.at(self.now):
            return self.loop.run_until_complete(work)

    def refused(self, work: Coroutine[Any, Any, Any], *kinds: type[DomainError]) -> None:
        with pytest.raises(kinds):
            self.do(work)

    def step(self, name: str) -> None:
        Books.steps += 1
        Books.used[name] = Books.used.get(name, 0) + 1

    @initialize()
    def begin(self) -> None:
        self.now = clock.wall().replace(microsecond=0)
        self.meetings: list[Meeting] = []
        self.withdrawals: list[Withdrawal] = []
        self.plan, self.available, self.earned = "free", 0, 0
        self.world: World = self.do(money.open_world(self.db))
        self.commission_before = self.do(self.world.total(AccountRef.commission("ARS")))

    def pick(self, number: int) -> Meeting:
        return self.meetings[-1 - number % len(self.meetings)]

    @rule(price=PRICES)
    def book(self, price: int) -> None:
        self.step("book")
        self.take_a_time(price)

    @rule(price=PRICES, then=st.sampled_from(["paid", "met", "released"]))
    def come_far(self, price: int, then: str) -> None:
        """Several steps of the good path in one, so that the late ones are reached often."""
        self.step("come_far")
        meeting = self.take_a_time(price)
        if price:
            self.pay_now(meeting, times=1)
        if then == "paid":
            return
        self.meet(meeting, 900)
        for side in (self.world.vet, self.world.pet_owner) if then == "released" else ():
            self.press(side, meeting)

    def take_a_time(self, price: int) -> Meeting:
        latest = max([m.starts_at for m in self.meetings], default=self.now)
        starts_at = money.next_grid(max(latest, self.now)) + timedelta(minutes=40)
        booked = self.do(self.world.appointment(price, starts_at=starts_at))
        meeting = Meeting(booked, price, starts_at, self.now + timedelta(minutes=15))
        meeting.state = "awaiting_payment" if price else "held"
        self.meetings.append(meeting)
        return meeting

    @precondition(lambda self: self.meetings)
    @rule(number=st.integers(0, 9))
    def open_page(self, number: int) -> None:
        self.step("open_page")
        meeting = self.pick(number)
        if meeting.state == "awaiting_payment":
            meeting.payment_id = self.do(self.world.charge(meeting.id)).gateway_payment_id or ""
        elif meeting.state == "expired":
            self.refused(self.world.charge(meeting.id), HoldExpired)
        else:
            self.refused(self.world.charge(meeting.id), AlreadyPaid, HoldExpired)

    @precondition(lambda self: self.meetings)
    @rule(number=st.integers(0, 9), again=st.booleans())
    def pay(self, number: int, again: bool) -> None:
        """In time, late (the page was opened before the hold ran out), or a notification heard twice."""
        self.step("pay")
        meeting = self.pick(number)
        if meeting.state == "awaiting_payment" or meeting.payment_id:
            self.pay_now(meeting, times=2 if again else 1)

    def pay_now(self, meeting: Meeting, times: int) -> None:
        if meeting.state == "awaiting_payment":
            meeting.payment_id = self.do(self.world.charge(meeting.id)).gateway_payment_id or ""
        if _unpaid(meeting):
            self.do(self.world.gateway.decide(meeting.payment_id, "approve"))
        self.do(self.hear(meeting.payment_id, times))
        if _unpaid(meeting):
            lost = meeting.cancelled or (meeting.state == "expired" and meeting.starts_at <= self.now)
            meeting.state = "refunded" if lost else "held"
            self.expire()

    async def hear(self, payment_id: str, times: int) -> None:
        for _ in range(times):
            snapshot = await self.world.gateway.fetch(payment_id)
            async with self.db.begin(Scope.system()) as session:
                await attempts.apply(session, sandbox.CODE, snapshot)
        await self.quiet()

    async def quiet(self) -> None:
        """Do the refunds that wait; drop the provider's own notifications (they are told by ``hear``)."""
        async with self.db.begin(Scope.system()) as session:
            await session.execute(delete(OutboxItem).where(OutboxItem.kind == sandbox.NOTIFY))
            waiting = (await session.scalars(select(OutboxItem).where(OutboxItem.kind == refunds.SEND))).all()
        for item in waiting:
            await refunds.execute(self.db, self.world.gateways, UUID(item.payload["refund_id"]))
        if waiting:
            async with self.db.begin(Scope.system()) as session:
                await session.execute(delete(OutboxItem).where(OutboxItem.kind.in_([sandbox.NOTIFY, refunds.SEND])))

    @precondition(lambda self: self.meetings)
    @rule(number=st.integers(0, 9))
    def pay_twice(self, number: int) -> None:
        """The same page is paid once more, as a payment of its own: it goes back."""
        self.step("pay_twice")
        meeting = self.pick(number)
        if meeting.payment_id and meeting.price and not _unpaid(meeting):
            self.do(self.extra_payment(meeting))

    async def extra_payment(self, meeting: Meeting) -> None:
        async with self.db.begin(Scope.system()) as session:
            first = await session.get_one(SandboxPayment, meeting.payment_id)
            extra = SandboxPayment(
                id=f"sb_extra_{ids.new_id().hex}", idempotency_key=ids.token(), status="approved",
                external_reference=first.external_reference, description="again", amount_minor=first.amount_minor,
                currency=first.currency, return_url="", created_at=clock.now(), paid_at=clock.now(),
            )  # fmt: skip
            session.add(extra)
        await self.hear(extra.id, 1)
        back = await self.world.gateway.fetch(extra.id)
        assert back.refunded_minor == meeting.price

    @precondition(lambda self: self.meetings)
    @rule(number=st.integers(0, 9), off=st.sampled_from([-1, 1, 500]))
    def pay_the_wrong_amount(self, number: int, off: int) -> None:
        self.step("pay_the_wrong_amount")
        meeting = self.pick(number)
        if meeting.state != "awaiting_payment" or meeting.price + off <= 0:
            return
        attempt = self.do(self.world.charge(meeting.id))
        self.do(self.short(attempt.gateway_payment_id or "", meeting.price + off))
        Books.aside += meeting.price + off
        meeting.payment_id = ""

    async def short(self, payment_id: str, amount: int) -> None:
        async with self.db.begin(Scope.system()) as session:
            payment = await session.get_one(SandboxPayment, payment_id)
            payment.amount_minor, payment.status, payment.paid_at = amount, "approved", clock.now()
        await self.hear(payment_id, 2)

    @precondition(lambda self: self.meetings)
    @rule(number=st.integers(0, 9))
    def cancel(self, number: int) -> None:
        self.step("cancel")
        meeting = self.pick(number)
        in_time = meeting.state == "awaiting_payment" or (meeting.state == "held" and self.now <= meeting.starts_at)
        if not in_time:
            self.refused(self.world.cancel(self.world.vet, meeting.id), Conflict)
            return
        self.do(self.world.cancel(self.world.vet, meeting.id))
        meeting.cancelled = True
        meeting.state = "refunded" if meeting.state == "held" else "expired"
        self.do(self.quiet())

    @precondition(lambda self: self.meetings)
    @rule(number=st.integers(0, 9), seconds=st.sampled_from([30, 60, 900]))
    def consult(self, number: int, seconds: int) -> None:
        self.step("consult")
        meeting = self.pick(number)
        if meeting.state == "held":
            self.meet(meeting, seconds)

    def meet(self, meeting: Meeting, seconds: int) -> None:
        self.do(self.world.meet(meeting.id, seconds))
        meeting.state, meeting.seconds, meeting.rate = "awaiting_confirmation", seconds, RATES[self.plan]
        meeting.due_at = max(self.now, meeting.starts_at) + timedelta(seconds=seconds) + WINDOW

    @precondition(lambda self: self.meetings)
    @rule(number=st.integers(0, 9), by_vet=st.booleans())
    def confirm(self, number: int, by_vet: bool) -> None:
        self.step("confirm")
        meeting = self.pick(number)
        self.press(self.world.vet if by_vet else self.world.pet_owner, meeting)

    def press(self, side: Actor, meeting: Meeting) -> None:
        if meeting.state == "awaiting_confirmation":
            meeting.confirmed.add(side.role)
            if len(meeting.confirmed) == 2:
                self.release(meeting)
            assert self.do(self.world.confirm(side, meeting.id)).state == meeting.state
        elif meeting.state == "released" or side.role in meeting.confirmed:
            self.do(self.world.confirm(side, meeting.id))
        else:
            self.refused(self.world.confirm(side, meeting.id), Conflict)

    def release(self, meeting: Meeting) -> None:
        fee = (meeting.price * meeting.rate + 5_000) // 10_000
        self.available += meeting.price - fee
        self.earned += fee
        meeting.state = "released"

    @precondition(lambda self: self.meetings)
    @rule(number=st.integers(0, 9), to_vet=st.booleans())
    def admin_rules(self, number: int, to_vet: bool) -> None:
        self.step("admin_rules")
        meeting = self.pick(number)
        if meeting.state not in {"awaiting_confirmation", "review"}:
            self.refused(self.ruling(meeting.id, to_vet), Conflict)
            return
        self.do(self.ruling(meeting.id, to_vet))
        self.release(meeting) if to_vet else setattr(meeting, "state", "refunded")

    async def ruling(self, appointment_id: UUID, to_vet: bool) -> None:
        async with self.db.begin(Scope.platform(self.world.admin.person)) as session:
            decide = rulings.release if to_vet else rulings.refund
            await decide(session, self.world.admin, appointment_id, "looked at")
        await self.quiet()

    @rule(plan=st.sampled_from(sorted(RATES)))
    def switch_plan(self, plan: str) -> None:
        self.step("switch_plan")
        self.now += timedelta(seconds=1)
        self.do(self.world.switch(plan))
        self.plan = plan

    @rule(hours=st.sampled_from([0.1, 0.3, 2, 49]))
    def time_passes(self, hours: float) -> None:
        """Holds run out, meetings nobody came to are returned, silence is answered."""
        self.step("time_passes")
        self.now += timedelta(hours=hours)
        self.do(self.timers())
        self.expire()
        for meeting in self.meetings:
            if meeting.state == "held" and meeting.starts_at + timedelta(minutes=50) < self.now:
                meeting.state = "refunded"
            if meeting.state == "awaiting_confirmation" and meeting.due_at and meeting.due_at <= self.now:
                self.release(meeting) if meeting.seconds >= 60 else setattr(meeting, "state", "review")

    def expire(self) -> None:
        for meeting in self.meetings:
            if meeting.state == "awaiting_payment" and meeting.expires_at <= self.now:
                meeting.state = "expired"

    async def timers(self) -> None:
        async with self.db.begin(Scope.system()) as session:
            await booking_holds.expire_due(session)
            await attendance.mark_unattended(session)
        await asyncio.gather(due.release_due(self.db), due.release_due(self.db))
        await self.quiet()

    @precondition(lambda self: self.available)
    @rule(part=st.integers(1, 130))
    def ask_for_money(self, part: int) -> None:
        self.step("ask_for_money")
        amount = max(1, self.available * part // 100)
        if amount > self.available:
            self.refused(self.withdraw(amount), InsufficientFunds)
            return
        self.withdrawals.append(Withdrawal(self.do(self.withdraw(amount)), amount))
        self.available -= amount

    async def withdraw(self, amount: int) -> UUID:
        async with self.db.begin(scope_of(self.world.vet)) as session:
            return (await payouts.request(session, self.world.vet, Money(amount, "ARS"), "CBU 1")).id

    @precondition(lambda self: self.withdrawals)
    @rule(number=st.integers(0, 9), pays=st.booleans())
    def admin_decides(self, number: int, pays: bool) -> None:
        self.step("admin_decides")
        withdrawal = self.withdrawals[number % len(self.withdrawals)]
        if withdrawal.state != "requested":
            self.refused(self.decide(withdrawal, pays), PayoutDecidedAlready)
            return
        self.do(self.decide(withdrawal, pays))
        withdrawal.state = "paid" if pays else "rejected"
        self.available += 0 if pays else withdrawal.amount

    async def decide(self, withdrawal: Withdrawal, pays: bool) -> None:
        async with self.db.begin(Scope.platform(self.world.admin.person)) as session:
            if pays:
                await payouts.approve(session, self.world.admin, withdrawal.id, f"TRX-{ids.new_id()}")
            else:
                await payouts.reject(session, self.world.admin, withdrawal.id, "not today")

    @invariant()
    def the_books_agree_with_the_model(self) -> None:
        if hasattr(self, "world") and self.touched:
            self.do(self.check())
            self.touched = False

    async def check(self) -> None:
        async with self.db.begin(scope_of(self.world.vet)) as session:
            out_of_true, earned, aside = (await session.execute(CHECK)).one()
            balance = (await balances.of_vet(session, self.world.vet.person)).get("ARS", VetBalance())
        assert out_of_true == 0
        assert (earned - self.commission_before, aside) == (self.earned, Books.aside)
        assert balance == self.expected()

    def expected(self) -> VetBalance:
        def total(*states: str) -> int:
            return sum(m.price for m in self.meetings if m.state in states)

        def asked(state: str) -> int:
            return sum(w.amount for w in self.withdrawals if w.state == state)

        return VetBalance(
            held=total("held", "review"), releasable=total("awaiting_confirmation"), available=self.available,
            requested=asked("requested"), paid=asked("paid"),
        )  # fmt: skip

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.do(self.states_agree())
            # The next example's timers must find nothing of this one.
            self.now = max([m.due_at or m.starts_at for m in self.meetings], default=self.now) + timedelta(days=9)
            self.do(self.timers())

    async def states_agree(self) -> None:
        async with self.db.begin(Scope.system()) as session:
            assert (await ledger.trial_balance(session)).holds
            rows = await session.execute(
                select(Escrow, func.coalesce(LedgerBalance.balance_minor, 0))
                .join(LedgerAccount, LedgerAccount.code == literal("escrow:") + cast(Escrow.appointment_id, Text), isouter=True)
                .join(LedgerBalance, LedgerBalance.account_id == LedgerAccount.id, isouter=True)
                .where(Escrow.appointment_id.in_([meeting.id for meeting in self.meetings]))
            )  # fmt: skip
            found = {escrow.appointment_id: (escrow, held) for escrow, held in rows}
        for meeting in self.meetings:
            escrow, held = found[meeting.id]
            assert escrow.state == meeting.state
            assert escrow.commission_bp in {None, meeting.rate}
            still = meeting.state in {"held", "awaiting_confirmation", "review"}
            assert held == (meeting.price if still else 0)


def _unpaid(meeting: Meeting) -> bool:
    return meeting.state in {"awaiting_payment", "expired"}


async def do_not_wait_for_the_disk(url: str) -> None:
    """The property is about arithmetic, not about disks; this buys steps."""
    owner = create_async_engine(url)
    async with owner.begin() as connection:
        await connection.execute(text(f"alter database {owner.url.database} set synchronous_commit = off"))
    await owner.dispose()


@pytest.mark.timeout(600)
def test_the_books_and_the_model_never_part(fresh_url: str) -> None:
    """Only the money listens: mails and search have tests of their own, and cost half of the steps."""
    number = int(os.environ.get("LAZO_SEED") or secrets.randbelow(2**32))
    print(f"stateful seed: {number}")  # noqa: T201
    events.install(
        {
            event: [one for one in listeners if one.__module__.startswith(("domain.escrow.", "domain.consultations."))]
            for event, listeners in reactions.REACTIONS.items()
        }
    )
    Books.loop = uvloop.new_event_loop()
    Books.db = Database(fresh_url, pool_size=4)
    Books.steps, Books.aside, Books.used = 0, 0, {}
    try:
        Books.loop.run_until_complete(do_not_wait_for_the_disk(fresh_url))
        while Books.steps < STEPS:
            profile = settings(
                max_examples=max(1, (STEPS - Books.steps) // 48), stateful_step_count=50, deadline=None,
                suppress_health_check=list(HealthCheck), database=None, phases=PHASES, print_blob=True,
            )  # fmt: skip
            machine = seeded(number)(Books)
            run_state_machine_as_test(machine, settings=profile)
            number += 1
    finally:
        print(f"{Books.steps} steps: {dict(sorted(Books.used.items()))}")  # noqa: T201
        Books.loop.run_until_complete(Books.db.close())
        Books.loop.close()
    assert Books.steps >= STEPS
    rules = {name for name in vars(Books) if hasattr(getattr(Books, name), "hypothesis_stateful_rule")}
    assert set(Books.used) == rules, rules
