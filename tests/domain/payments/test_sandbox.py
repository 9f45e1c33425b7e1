"""The sandbox provider keeps the contract, and misbehaves as real ones do."""

import json
from collections.abc import Mapping
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from domain.payments.errors import SignatureRefused
from domain.payments.gateways import sandbox
from domain.payments.gateways.sandbox import SIGNATURE_HEADER, SandboxGateway
from kit import clock, outbox
from kit.db import Database, Scope
from kit.errors import Conflict, NotFound
from tests.domain.payments.gateway_contract import Driver, GatewayContract, an_order


class SandboxDriver(Driver):
    def __init__(self, db: Database) -> None:
        self.gateway: SandboxGateway = SandboxGateway(db, b"test secret", "http://lazo.test")

    async def payer(self, payment_id: str, decision: str) -> None:
        await self.gateway.decide(payment_id, decision)

    def notification(self, payment_id: str, event_id: str) -> tuple[Mapping[str, str], Mapping[str, str], bytes]:
        body = json.dumps({"id": event_id, "data": {"id": payment_id}}).encode()
        return self.gateway.signed(body), {}, body


@pytest.fixture
def driver(db: Database) -> SandboxDriver:
    return SandboxDriver(db)


class TestContract(GatewayContract):
    pass


class TestSignature:
    @pytest.mark.parametrize("seconds", [-301, 301, 99_999, -99_999])
    async def test_too_old_and_from_the_future_are_refused(self, driver: SandboxDriver, seconds: int) -> None:
        body = b'{"id":"e","data":{"id":"p"}}'
        headers = driver.gateway.signed(body, clock.wall() + timedelta(seconds=seconds))
        with pytest.raises(SignatureRefused):
            driver.gateway.verify(headers, {}, body)

    async def test_another_installations_signature_is_refused(self, driver: SandboxDriver, db: Database) -> None:
        body = b'{"id":"e","data":{"id":"p"}}'
        headers = SandboxGateway(db, b"another", "http://lazo.test").signed(body)
        with pytest.raises(SignatureRefused):
            driver.gateway.verify(headers, {}, body)

    @pytest.mark.parametrize("body", [b"", b"[]", b"null", b'{"id":1}', b'{"id":"e","data":"p"}', b"\xff"])
    async def test_signed_nonsense_is_refused(self, driver: SandboxDriver, body: bytes) -> None:
        with pytest.raises(SignatureRefused):
            driver.gateway.verify(driver.gateway.signed(body), {}, body)

    def test_no_header_anybody_makes_up_is_accepted(self) -> None:
        gateway = SandboxGateway(None, b"test secret", "http://lazo.test")  # type: ignore[arg-type]
        stamp = str(int(clock.wall().timestamp()))

        @settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))
        @given(
            st.one_of(
                st.text(max_size=100),
                st.text(max_size=64).map(lambda made_up: f"t={stamp},v1={made_up}"),
                st.binary(min_size=32, max_size=32).map(lambda made_up: f"t={stamp},v1={made_up.hex()}"),
            ),
            st.binary(max_size=60),
        )
        def forge(header: str, body: bytes) -> None:
            with pytest.raises(SignatureRefused):
                gateway.verify({SIGNATURE_HEADER: header}, {}, body)

        forge()


class TestTheProvidersSide:
    async def test_the_page_shows_what_was_ordered(self, driver: SandboxDriver) -> None:
        order = an_order()
        checkout = await driver.gateway.create_checkout(order)
        page = await driver.gateway.open_page(checkout.gateway_payment_id or "")
        assert (page.amount, page.status, page.return_url) == (order.amount, "open", order.return_url)

    async def test_a_page_that_does_not_exist(self, driver: SandboxDriver) -> None:
        with pytest.raises(NotFound):
            await driver.gateway.open_page("sb_nonesuch")
        with pytest.raises(NotFound):
            await driver.gateway.decide("sb_nonesuch", "approve")

    async def test_what_is_paid_stays_paid(self, driver: SandboxDriver) -> None:
        checkout = await driver.gateway.create_checkout(an_order())
        payment_id = checkout.gateway_payment_id or ""
        await driver.gateway.decide(payment_id, "decline")
        await driver.gateway.decide(payment_id, "approve")
        await driver.gateway.decide(payment_id, "approve")
        with pytest.raises(Conflict):
            await driver.gateway.decide(payment_id, "decline")

    async def test_it_notifies_several_times_and_out_of_order(self, driver: SandboxDriver, db: Database) -> None:
        checkout = await driver.gateway.create_checkout(an_order())
        await driver.gateway.decide(checkout.gateway_payment_id or "", "approve")
        bodies = [json.loads(row.payload["body"]) for row in await _queued(db)]
        assert [body["data"]["status"] for body in bodies].count("approved") == 3
        assert "pending" in [body["data"]["status"] for body in bodies]
        assert len({body["id"] for body in bodies}) == 2

    async def test_it_tries_again_until_somebody_says_2xx(self, driver: SandboxDriver, db: Database) -> None:
        checkout = await driver.gateway.create_checkout(an_order())
        await driver.gateway.decide(checkout.gateway_payment_id or "", "decline")
        heard: list[str] = []

        async def post(url: str, headers: Mapping[str, str], body: bytes) -> int:
            heard.append(driver.gateway.verify(headers, {}, body).event_id)
            return 503 if len(heard) == 1 else 204

        (first, *_) = await _queued(db)
        with pytest.raises(ConnectionError):
            await driver.gateway.deliver(first.payload, post)
        await driver.gateway.deliver(first.payload, post)
        assert heard[0] == heard[1]


async def _queued(db: Database) -> list[outbox.OutboxItem]:
    async with db.begin(Scope.system()) as session:
        query = select(outbox.OutboxItem).where(outbox.OutboxItem.kind == sandbox.NOTIFY)
        return list(await session.scalars(query.order_by(outbox.OutboxItem.due_at)))
