"""The door of the room, for both sides."""

from datetime import timedelta

from kit import clock
from tests.factories.stories import Teller
from tests.web.conftest import ClientAs, post
from tests.web.pet_owner.conftest import story as story  # noqa: PLC0414


async def test_before_during_and_after(client_as: ClientAs, story: Teller) -> None:
    booked = await story.booked()
    room = await story.room(booked.id)
    ana, sosa = await client_as("ana"), await client_as("sosa")
    early = await (await ana.get(f"/room/{room.id}")).text()
    assert "The room opens at" in early
    assert "<video-room" not in early
    with clock.at(booked.starts_at - timedelta(minutes=5)):
        hers, vets = await (await ana.get(f"/room/{room.id}")).text(), await (await sosa.get(f"/room/{room.id}")).text()
        assert 'data-role="pet_owner"' in hers
        assert "Dr. Carolina Sosa" in hers
        assert "your payment goes back in full by itself" in hers
        assert 'data-part="note"' not in hers
        assert 'data-role="practitioner"' in vets
        assert 'data-part="note"' in vets
        assert f'action="/room/{room.id}/sign"' in vets
    await story.met(booked, signed=False)
    with clock.at(booked.starts_at + timedelta(hours=1)):
        assert "This consultation is over" in await (await ana.get(f"/room/{room.id}")).text()


async def test_signing_from_the_end_screen(client_as: ClientAs, story: Teller) -> None:
    booked = await story.booked()
    room = await story.room(booked.id)
    sosa = await client_as("sosa")
    unwritten = await post(sosa, f"/room/{room.id}/sign")
    assert unwritten.status == 422
    assert "Write the diagnosis and the treatment before you sign" in await unwritten.text()
    token = next(c.value for c in sosa.session.cookie_jar if c.key.endswith("csrf"))
    saved = await sosa.put(
        f"/api/v1/consultations/{room.id}/note", headers={"X-CSRF-Token": token},
        json={"version": 0, "diagnosis": "Otitis", "treatment": "Clean it"},
    )  # fmt: skip
    assert saved.status == 200
    for _ in range(2):
        answer = await post(sosa, f"/room/{room.id}/sign")
        assert (answer.status, answer.headers["Location"]) == (303, f"/vet/appointments/{booked.id}")
    assert (await post(await client_as("ana"), f"/room/{room.id}/sign")).status == 403


async def test_a_live_ticket_is_for_oneself(client_as: ClientAs, story: Teller) -> None:
    answer = await (await client_as("ana")).get("/live/ticket")
    assert set(await answer.json()) == {"ticket", "signaling_url"}
    assert (await (await client_as()).get("/live/ticket", allow_redirects=False)).status == 303
