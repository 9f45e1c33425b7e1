"""The platform's panel: who may enter, queues, decisions with reasons, the books; nothing medical."""

import pytest
from sqlalchemy import select

from domain.audit.models import AuditEntry
from domain.escrow.models import Escrow, EscrowState
from domain.payouts.models import Payout
from domain.practitioners.models import Practitioner, PractitionerState
from kit import clock, outbox
from kit.db import Database, Scope
from kit.outbox import OutboxItem, OutboxState
from tests.factories.places import Town
from tests.factories.stories import Teller
from tests.web.conftest import ClientAs, post

PAGES = ("", "/vets", "/vets?state=approved", "/appointments", "/payouts", "/payouts?state=paid", "/jobs", "/audit")


@pytest.mark.parametrize("page", PAGES)
async def test_each_page_opens_for_an_admin_and_for_nobody_else(client_as: ClientAs, page: str) -> None:
    assert (await (await client_as("root")).get(f"/admin{page}")).status == 200
    for handle in ("ana", "sosa"):
        assert (await (await client_as(handle)).get(f"/admin{page}")).status == 403
    assert (await (await client_as()).get(f"/admin{page}", allow_redirects=False)).status == 303


async def test_a_vet_is_approved_or_refused_with_a_reason(client_as: ClientAs, db: Database, town: Town) -> None:
    async with db.begin(Scope.system()) as session:
        (await session.get_one(Practitioner, town.practitioner_id)).state = PractitionerState.PENDING
    root = await client_as("root")
    assert "1 thing waits" in await (await root.get("/admin")).text()
    queue = await (await root.get("/admin/vets")).text()
    assert "MP 1234" in queue
    bare = await post(root, f"/admin/vets/{town.practitioner_id}?from=pending", state="rejected", reason="")
    assert bare.status == 422
    assert "the vet will read it" in await bare.text()
    assert (await post(root, f"/admin/vets/{town.practitioner_id}", state="approved")).status == 303
    assert (await post(root, f"/admin/vets/{town.practitioner_id}", state="approved")).status == 422
    suspended = await post(root, f"/admin/vets/{town.practitioner_id}", state="suspended", reason="Licence ran out")
    assert suspended.status == 303
    assert "Licence ran out" in await (await root.get("/admin/vets?state=suspended")).text()
    assert (await post(await client_as("sosa"), f"/admin/vets/{town.practitioner_id}", state="approved")).status == 403


async def test_an_appointment_shows_its_books_and_nothing_medical(client_as: ClientAs, story: Teller) -> None:
    appointment = await story.booked()
    await story.met(appointment)
    await story.confirm(story.ana(), appointment.id)
    await story.confirm(story.sosa(), appointment.id)
    root = await client_as("root")
    for query in (appointment.reference, "ana torres", "SOSA@example.test", ""):
        assert appointment.reference in await (await root.get("/admin/appointments", params={"q": query})).text()
    assert appointment.reference not in await (await root.get("/admin/appointments?q=nobody")).text()
    assert appointment.reference in await (await root.get("/admin/appointments?status=completed&money=released")).text()
    page = (await (await root.get(f"/admin/appointments/{appointment.id}")).text()).replace("\xa0", " ")
    for words in ("Balanced", "ARS 14,800.00", "ARS 3,700.00", "commission:ARS", "10 min 0 s", "escrow.confirmed"):
        assert words in page, words
    for secret in ("Otitis", "scratching", "Ear drops", "worried", "Clean it"):
        assert secret not in page, secret


async def _under_review(db: Database, story: Teller) -> tuple[str, Escrow]:
    appointment = await story.booked()
    async with db.begin(Scope.system()) as session:
        escrow = (await session.scalars(select(Escrow).where(Escrow.appointment_id == appointment.id))).one()
        escrow.state, escrow.due_at = EscrowState.REVIEW, None
    return f"/admin/appointments/{appointment.id}", escrow


async def test_a_hold_in_review_is_released_with_a_reason(client_as: ClientAs, db: Database, story: Teller) -> None:
    here, escrow = await _under_review(db, story)
    root = await client_as("root")
    assert "1 thing waits" in await (await root.get("/admin")).text()
    page = (await (await root.get(here)).text()).replace("\xa0", " ")
    assert "ARS 14,800.00</bdi>, Lazo keeps" in page
    assert "ARS 18,500.00</bdi> back in full" in page
    bare = await post(root, f"{here}/rule", decision="release", reason="")
    assert bare.status == 422
    assert (await post(root, f"{here}/rule", decision="nonsense", reason="x")).status == 422
    assert (await post(root, f"{here}/rule", decision="release", reason="Both were there")).status == 303
    assert (await post(root, f"{here}/rule", decision="refund", reason="Again")).status == 422
    async with db.begin(Scope.system()) as session:
        assert (await session.get_one(Escrow, escrow.id)).state == EscrowState.RELEASED
        acts = (await session.scalars(select(AuditEntry.action))).all()
    assert "escrow.ruled_release" in acts
    assert "Both were there" in await (await root.get(here)).text()


async def test_or_refunded(client_as: ClientAs, db: Database, story: Teller) -> None:
    here, escrow = await _under_review(db, story)
    root = await client_as("root")
    assert (await post(root, f"{here}/rule", decision="refund", reason="The vet was not there")).status == 303
    async with db.begin(Scope.system()) as session:
        assert (await session.get_one(Escrow, escrow.id)).state == EscrowState.REFUNDING


async def test_withdrawals_are_paid_once_or_given_back(client_as: ClientAs, db: Database, story: Teller) -> None:
    appointment = await story.booked()
    await story.met(appointment)
    await story.confirm(story.ana(), appointment.id)
    await story.confirm(story.sosa(), appointment.id)
    sosa, root = await client_as("sosa"), await client_as("root")
    for amount in ("100", "200"):
        asked = {"amount": amount, "currency": "ARS", "destination": "CBU 28505909"}
        assert (await post(sosa, "/vet/earnings/withdrawals", **asked)).status == 303
    async with db.begin(Scope.system()) as session:
        first, second = (await session.scalars(select(Payout).order_by(Payout.created_at))).all()
    assert "CBU 28505909" in await (await root.get("/admin/payouts")).text()
    assert (await post(root, f"/admin/payouts/{first.id}/approve", bank_reference="")).status == 422
    assert (await post(root, f"/admin/payouts/{first.id}/approve", bank_reference="TRX-1")).status == 303
    twice = await post(root, f"/admin/payouts/{second.id}/approve", bank_reference="TRX-1")
    assert twice.status == 422
    assert "belongs to another withdrawal" in await twice.text()
    assert (await post(root, f"/admin/payouts/{second.id}/reject", reason="")).status == 422
    assert (await post(root, f"/admin/payouts/{second.id}/reject", reason="Wrong account")).status == 303
    assert (await post(root, f"/admin/payouts/{first.id}/reject", reason="Too late")).status == 422
    page = await (await sosa.get("/vet/earnings")).text()
    assert "TRX-1" in page
    assert "Wrong account" in page
    assert (await post(sosa, f"/admin/payouts/{first.id}/approve", bank_reference="X")).status == 403


async def test_what_was_given_up_is_tried_again(client_as: ClientAs, db: Database) -> None:
    async with db.begin(Scope.system()) as session:
        await outbox.enqueue(session, "mail", "mail:1", {})
        item = (await session.scalars(select(OutboxItem))).one()
        item.state, item.last_error, item.finished_at = OutboxState.DEAD, "550 no such person", clock.now()
    root = await client_as("root")
    assert "550 no such person" in await (await root.get("/admin/jobs")).text()
    assert (await post(root, f"/admin/jobs/outbox/{item.id}/retry")).status == 303
    assert (await post(root, f"/admin/jobs/outbox/{item.id}/retry")).status == 409
    assert "outbox.retried" in await (await root.get("/admin/audit")).text()
    assert (await post(await client_as("ana"), f"/admin/jobs/outbox/{item.id}/retry")).status == 403
