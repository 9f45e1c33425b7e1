"""What every payment provider must do behind ``Gateway``. A provider's test class inherits this and says how it is
driven; the provider itself (or its stateful stand-in) runs for real."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping

import pytest

from domain.payments.errors import SignatureRefused
from domain.payments.gateways.port import Gateway, GatewayRefusedError, Order, UnknownPaymentError
from domain.payments.models import AttemptStatus
from kit import ids
from kit.money import Money


class Driver(ABC):
    """A provider under test, with the payer's hand and the provider's own signature."""

    gateway: Gateway

    @abstractmethod
    async def payer(self, payment_id: str, decision: str) -> None:
        """The payer presses ``approve``, ``decline`` or ``pend`` on the hosted page."""

    @abstractmethod
    def notification(self, payment_id: str, event_id: str) -> tuple[Mapping[str, str], Mapping[str, str], bytes]:
        """A genuine notification as (headers, query, raw body)."""


def an_order(amount: Money | None = None) -> Order:
    return Order(ids.new_id(), amount or Money(12_345, "ARS"), "Consulta", "http://lazo.test/back")


class GatewayContract:
    """Inherit, and give a ``driver`` fixture."""

    async def _page(self, driver: Driver, order: Order) -> str:
        checkout = await driver.gateway.create_checkout(order)
        assert checkout.redirect_url.startswith("http")
        found = await driver.gateway.find(str(order.attempt_id))
        return checkout.gateway_payment_id or found[0].gateway_payment_id

    async def test_one_attempt_is_one_page_however_often_it_is_asked_for(self, driver: Driver) -> None:
        order = an_order()
        pages = await asyncio.gather(*(driver.gateway.create_checkout(order) for _ in range(8)))
        assert len({page.redirect_url for page in pages}) == 1

    async def test_one_key_for_two_amounts_is_refused(self, driver: Driver) -> None:
        order = an_order()
        await driver.gateway.create_checkout(order)
        with pytest.raises(GatewayRefusedError):
            await driver.gateway.create_checkout(
                Order(order.attempt_id, Money(1, "ARS"), order.description, order.return_url)
            )

    @pytest.mark.parametrize("amount", [Money(12_345, "ARS"), Money(1_005, "JOD"), Money(1, "PHP")])
    async def test_the_status_can_be_asked_for_and_says_exactly_what_was_paid(
        self, driver: Driver, amount: Money
    ) -> None:
        order = an_order(amount)
        payment_id = await self._page(driver, order)
        await driver.payer(payment_id, "approve")
        snapshot = await driver.gateway.fetch(payment_id)
        assert (snapshot.status, snapshot.amount, snapshot.refunded_minor) == (AttemptStatus.APPROVED, amount, 0)
        assert snapshot.external_reference == str(order.attempt_id)
        assert snapshot.merchant_account == driver.gateway.merchant_account
        assert snapshot.occurred_at is not None

    async def test_pending_is_neither_paid_nor_refused(self, driver: Driver) -> None:
        payment_id = await self._page(driver, an_order())
        await driver.payer(payment_id, "pend")
        assert (await driver.gateway.fetch(payment_id)).status == AttemptStatus.PENDING

    async def test_a_declined_payment_is_rejected(self, driver: Driver) -> None:
        payment_id = await self._page(driver, an_order())
        await driver.payer(payment_id, "decline")
        assert (await driver.gateway.fetch(payment_id)).status == AttemptStatus.REJECTED

    async def test_it_is_found_by_our_reference_and_nothing_else_is(self, driver: Driver) -> None:
        order = an_order()
        payment_id = await self._page(driver, order)
        assert [s.gateway_payment_id for s in await driver.gateway.find(str(order.attempt_id))] == [payment_id]
        assert list(await driver.gateway.find(str(ids.new_id()))) == []

    async def test_an_unknown_payment_is_said_to_be_unknown(self, driver: Driver) -> None:
        with pytest.raises(UnknownPaymentError):
            await driver.gateway.fetch("nonesuch")

    async def test_one_refund_key_is_one_refund(self, driver: Driver) -> None:
        payment_id = await self._page(driver, an_order())
        await driver.payer(payment_id, "approve")
        some = Money(345, "ARS")
        answers = await asyncio.gather(*(driver.gateway.refund(payment_id, some, "key-1") for _ in range(6)))
        assert len({answer.gateway_refund_id for answer in answers}) == 1
        assert (await driver.gateway.fetch(payment_id)).refunded_minor == 345
        await driver.gateway.refund(payment_id, Money(12_000, "ARS"), "key-2")
        snapshot = await driver.gateway.fetch(payment_id)
        assert (snapshot.status, snapshot.refunded_minor) == (AttemptStatus.REFUNDED, 12_345)

    async def test_no_more_goes_back_than_came(self, driver: Driver) -> None:
        payment_id = await self._page(driver, an_order())
        with pytest.raises(GatewayRefusedError):
            await driver.gateway.refund(payment_id, Money(1, "ARS"), "unpaid")
        await driver.payer(payment_id, "approve")
        await driver.gateway.refund(payment_id, Money(12_000, "ARS"), "a")
        with pytest.raises(GatewayRefusedError):
            await driver.gateway.refund(payment_id, Money(346, "ARS"), "b")

    async def test_a_genuine_notification_names_its_payment(self, driver: Driver) -> None:
        headers, query, body = driver.notification("pay-1", "event-1")
        read = driver.gateway.verify(headers, query, body)
        assert (read.gateway_payment_id, read.event_id) == ("pay-1", "event-1")
        lower = {name.lower(): value for name, value in headers.items()}
        assert driver.gateway.verify(lower, query, body) == read

    async def test_one_changed_byte_is_refused(self, driver: Driver) -> None:
        headers, query, body = driver.notification("pay-1", "event-1")
        for position in range(len(body)):
            forged = body[:position] + bytes([body[position] ^ 1]) + body[position + 1 :]
            with pytest.raises(SignatureRefused):
                driver.gateway.verify(headers, query, forged)

    async def test_without_its_headers_it_is_refused(self, driver: Driver) -> None:
        _, query, body = driver.notification("pay-1", "event-1")
        with pytest.raises(SignatureRefused):
            driver.gateway.verify({}, query, body)
