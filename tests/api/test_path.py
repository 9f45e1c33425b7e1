"""The consultation's path as an outside client drives it: only what the API documents."""

from tests.api.conftest import CallerAs, Provider, booking, first_slot
from tests.factories.places import Town


async def test_from_sign_up_to_a_booked_appointment(caller: CallerAs, town: Town, provider: Provider) -> None:
    one = await caller()
    person = {"name": "Lucía Paz", "email": "lucia@example.com", "password": "una frase larga"}
    assert (await one.post("/auth/register", person)).status == 201
    assert (await one.post("/auth/logout")).status == 204
    assert (await one.get("/pets")).status == 401
    assert (await one.post("/auth/login", {"email": "LUCIA@example.com", "password": "una frase larga"})).status == 200

    pet = (await one.post("/pets", {"name": "Nube", "species": "cat"})).body
    assert [p["id"] for p in (await one.get("/pets")).body["items"]] == [pet["id"]]

    found = (await one.get("/providers?service=general")).body["items"]
    vet = next(v for v in found if v["id"] == str(town.practitioner_id))
    assert vet["next_free_at"] is not None
    profile = (await one.get(f"/providers/{vet['id']}")).body
    assert profile["services"][0]["price"] == {"amount_minor": 1_850_000, "currency": "ARS"}

    starts_at = await first_slot(one, town)
    held = await one.post("/appointments", booking(town, starts_at, pet_id=pet["id"]))
    assert (held.status, held.body["status"]) == (201, "held")
    assert held.body["hold_expires_at"] is not None

    charged = (await one.post("/payments/charge", {"appointment_id": held.body["id"], "gateway": "sandbox"})).body
    again = (await one.post("/payments/charge", {"appointment_id": held.body["id"], "gateway": "sandbox"})).body
    assert charged == again
    payment = charged["redirect_url"].rsplit("/", 1)[1]
    await provider.decide(payment, "approve")
    assert (await one.get(f"/appointments/{held.body['id']}")).body["status"] == "held"  # nobody told us yet
    assert await provider.deliver_all() > 2
    booked = (await one.get(f"/appointments/{held.body['id']}")).body
    assert (booked["status"], booked["hold_expires_at"]) == ("booked", None)


async def test_a_time_that_is_gone_offers_the_three_nearest(caller: CallerAs, town: Town) -> None:
    ana, other = await caller("ana"), await caller("nour")
    starts_at = await first_slot(ana, town)
    assert (await ana.post("/appointments", booking(town, starts_at))).status == 201
    pet = (await other.post("/pets", {"name": "Bunduq", "species": "dog"})).body
    answer = await other.post("/appointments", booking(town, starts_at, pet_id=pet["id"]))
    assert (answer.status, answer.body["code"]) == (409, "slot_taken")
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    times = [slot["starts_at"] for slot in answer.body["alternatives"]]
    assert len(times) == 3
    assert starts_at.replace("Z", "+00:00") not in times
    for time in times[:1]:  # what is offered can be booked
        assert (await other.post("/appointments", booking(town, time, pet_id=pet["id"]))).status == 201


async def test_the_same_key_is_the_same_appointment(caller: CallerAs, town: Town) -> None:
    ana = await caller("ana")
    starts_at = await first_slot(ana, town)
    answers = [
        await ana.post("/appointments", booking(town, starts_at), **{"Idempotency-Key": "press-twice"}) for _ in "ab"
    ]
    assert [a.status for a in answers] == [201, 201]
    assert answers[0].body == answers[1].body


async def test_cancelling_frees_the_time_and_asks_for_the_version(caller: CallerAs, town: Town) -> None:
    ana = await caller("ana")
    starts_at = await first_slot(ana, town)
    held = (await ana.post("/appointments", booking(town, starts_at))).body
    path = f"/appointments/{held['id']}/status"
    stale = await ana.call("PATCH", path, {"status": "cancelled", "version": held["version"] + 1})
    assert (stale.status, stale.body["code"]) == (412, "stale_version")
    skipped = await ana.call("PATCH", path, {"status": "completed", "version": held["version"]})
    assert (skipped.status, skipped.body["allowed"]) == (409, ["cancelled"])
    assert (await ana.call("PATCH", path, {"status": "cancelled", "version": held["version"]})).status == 200
    assert (await ana.post("/appointments", booking(town, starts_at))).status == 201


async def test_a_red_flag_stops_the_booking_with_advice(caller: CallerAs, town: Town) -> None:
    ana = await caller("ana")
    starts_at = await first_slot(ana, town)
    answer = await ana.post("/appointments", booking(town, starts_at, triage={"breathing": True}))
    assert (answer.status, answer.body["code"]) == (409, "red_flag")
    assert answer.body["advice"]
    assert (await ana.get("/appointments")).body["items"] == []
