"""The room's rules over real sockets and a real Valkey."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
from socketio.exceptions import ConnectionError as NotConnected

from kit import tickets
from tests.signaling.parties import PUBLIC, SDP, SECRET, Party, Process, Visit, join, talk


async def refused(process: Process, auth: Any, **options: Any) -> str:
    party = Party()
    with pytest.raises(NotConnected):
        await party.connect(process, auth, **options)
    assert party.refused is not None
    return str(party.refused["data"]["code"])


def body(ticket: str, session: str = "some-session") -> dict[str, Any]:
    return {"ticket": ticket, "session": session}


async def test_only_a_right_ticket_opens_the_door(process: Process, visit: Visit) -> None:
    right = visit.ticket("pet_owner")
    assert await refused(process, body(visit.ticket("pet_owner", secret=b"another"))) == "ticket_forged"
    assert await refused(process, body(visit.ticket("pet_owner", ttl=-2))) == "ticket_expired"
    assert await refused(process, body(visit.ticket("pet_owner", purpose="live"))) == "ticket_purpose"
    assert await refused(process, body(right[:-1] + ("A" if right[-1] != "A" else "B"))) == "ticket_forged"
    assert await refused(process, body("nonsense")) == "ticket_malformed"
    assert await refused(process, {"session": "some-session"}) == "malformed"
    assert await refused(process, {**body(right), "room": "another"}) == "malformed"
    assert await refused(process, {}) == "malformed"


async def test_a_foreign_page_is_refused_before_anything(process: Process, visit: Visit) -> None:
    async with aiohttp.ClientSession() as http:
        address = f"{process.url}/socket.io/?EIO=4&transport=websocket"
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await http.ws_connect(address, headers={"Origin": "https://evil.example"})
        async with http.ws_connect(address, headers={"Origin": PUBLIC}) as ws:
            assert (await ws.receive()).data.startswith("0")
        polling = await http.get(f"{process.url}/socket.io/?EIO=4&transport=polling")
        assert polling.status == 400


async def test_nothing_passes_before_admission(process: Process, visit: Visit) -> None:
    owner = await join(process, visit, "pet_owner")
    vet = await join(process, visit, "practitioner")
    welcome = await vet.expect("welcome")
    assert welcome["phase"] == "waiting"
    assert welcome["peer"]["name"] == "Ana"
    assert welcome["polite"] is False
    joined = await owner.expect("peer.joined")
    for party in (owner, vet):
        answer = await party.say("description", {"epoch": joined["epoch"], "type": "offer", "sdp": SDP})
        assert answer["code"] == "not_admitted"
        answer = await party.say("candidate", {"epoch": joined["epoch"], "candidate": None})
        assert answer["code"] == "not_admitted"
    assert (await owner.say("admit"))["code"] == "not_yours"
    assert (await owner.say("finish"))["code"] == "not_yours"
    assert (await vet.say("admit"))["ok"]
    epoch = (await owner.expect("admitted"))["epoch"]
    assert (await owner.say("description", {"epoch": epoch, "type": "offer", "sdp": SDP}))["ok"]
    assert (await vet.expect("description"))["sdp"] == SDP
    assert "description" not in owner.names()
    await owner.drop()
    await vet.drop()


async def test_relay_stays_in_its_room_and_epoch(process: Process) -> None:
    first, second = Visit(), Visit()
    owner, vet, epoch = await talk(process, first)
    stranger, other_vet, _ = await talk(process, second)
    candidate = {"candidate": "candidate:1 1 udp 1 192.0.2.1 9 typ host", "sdpMid": "0", "sdpMLineIndex": 0}
    await owner.say("candidate", {"epoch": epoch, "candidate": candidate})
    assert (await vet.expect("candidate"))["candidate"]["candidate"].startswith("candidate:1")
    stale = await owner.say("description", {"epoch": epoch - 1, "type": "offer", "sdp": SDP})
    assert stale["code"] == "stale_epoch"
    await asyncio.sleep(0.1)
    assert "candidate" not in stranger.names() + other_vet.names()
    for party in (owner, vet, stranger, other_vet):
        await party.drop()


async def test_malformed_messages_are_dropped_and_the_room_goes_on(process: Process, visit: Visit) -> None:
    owner, vet, epoch = await talk(process, visit)
    for name, data in (
        ("description", {"epoch": epoch, "type": "pranswer", "sdp": SDP}),
        ("description", {"epoch": epoch, "type": "offer", "sdp": "hello"}),
        ("description", {"epoch": epoch, "type": "offer", "sdp": SDP, "to": "everyone"}),
        ("candidate", {"epoch": epoch}),
        ("candidate", [1, 2]),
        ("chat", {"body": "no id"}),
        ("joinClinic", {"clinicId": 7}),
        ("trigger_event", {}),
        ("media", None),
    ):
        assert (await owner.say(name, data))["code"] == "malformed", name
    assert (await vet.say("media", {"audio": False, "video": True}))["ok"]
    assert (await owner.expect("peer.media"))["audio"] is False
    await owner.drop()
    await vet.drop()


async def test_chat_is_acknowledged_once_and_remembered(process: Process, visit: Visit) -> None:
    owner, vet, _ = await talk(process, visit)
    line = {"body": " Hola ", "client_id": str(uuid4())}
    first, again = await owner.say("chat", line), await owner.say("chat", line)
    assert first["message"] == again["message"]
    assert first["message"]["body"] == "Hola"
    assert (await vet.expect("chat.message"))["body"] == "Hola"
    refusal = await owner.say("chat", {"body": "forbidden", "client_id": str(uuid4())})
    assert refusal["code"] == "forbidden"
    assert (await owner.expect("error"))["event"] == "chat"
    assert (await owner.say("chat", {"body": "  ", "client_id": str(uuid4())}))["code"] == "empty"
    history = await vet.say("history", {})
    assert line["client_id"] in {m["client_id"] for m in history["messages"]}
    await owner.drop()
    await vet.drop()


async def test_the_newest_page_wins_and_the_old_one_may_not_come_back(process: Process, visit: Visit) -> None:
    owner, vet, epoch = await talk(process, visit)
    phone = await join(process, visit, "pet_owner", "owner-page-2", device="phone")
    assert (await owner.expect("replaced"))["device"] == "phone"
    await asyncio.wait_for(owner.closed.wait(), 5)
    welcome = await phone.expect("welcome")
    assert welcome["epoch"] == epoch + 1
    assert welcome["phase"] == "live"
    assert (await vet.expect("peer.joined"))["epoch"] == epoch + 1
    assert await refused(process, body(visit.ticket("pet_owner"), "owner-page-1")) == "replaced"
    assert "peer.away" not in vet.names()
    await phone.drop()
    await vet.drop()


async def test_another_person_cannot_take_a_role_that_is_held(process: Process, visit: Visit) -> None:
    owner, vet, _ = await talk(process, visit)
    ticket = visit.ticket("practitioner", user=str(uuid4()))
    assert await refused(process, body(ticket)) == "role_taken"
    await owner.drop()
    await vet.drop()


async def test_a_lost_socket_resumes_and_reads_what_it_missed(process: Process, visit: Visit) -> None:
    owner, vet, epoch = await talk(process, visit)
    generation = (await owner.expect("welcome"))["generation"]
    assert (await vet.say("media", {"audio": True, "video": False}))["ok"]
    last = (await owner.expect("peer.media"))["seq"]
    await owner.drop()
    assert (await vet.expect("peer.away"))["until"] > 0
    await vet.say("description", {"epoch": epoch, "type": "offer", "sdp": SDP})
    await vet.say("candidate", {"epoch": epoch, "candidate": None})
    back = await join(process, visit, "pet_owner", "owner-page-1", resume={"generation": generation, "last": last})
    welcome = await back.expect("welcome")
    assert welcome["resumed"]
    assert welcome["epoch"] == epoch
    offer, end = await back.expect("description"), await back.expect("candidate")
    assert last < offer["seq"] < end["seq"]
    await vet.expect("peer.back")
    await back.drop()
    await vet.drop()


async def test_hanging_up_frees_the_place_and_allows_a_return(process: Process, visit: Visit) -> None:
    owner, vet, epoch = await talk(process, visit)
    assert (await owner.say("leave"))["ok"]
    assert (await vet.expect("peer.left"))["reason"] == "hung_up"
    await owner.drop()
    back = await join(process, visit, "pet_owner", "owner-page-3")
    welcome = await back.expect("welcome")
    assert (welcome["phase"], welcome["epoch"], welcome["resumed"]) == ("live", epoch + 1, False)
    assert (await vet.say("finish"))["ok"]
    await back.expect("finished")
    await vet.expect("finished")
    answer = await back.say("description", {"epoch": epoch + 1, "type": "offer", "sdp": SDP})
    assert answer["code"] == "finished"
    assert await refused(process, body(visit.ticket("pet_owner"), "owner-page-4")) == "finished"
    await back.drop()
    await vet.drop()


async def test_a_flood_is_slowed_then_cut(process: Process, visit: Visit) -> None:
    owner, vet, _ = await talk(process, visit)
    answers = await asyncio.gather(*(owner.say("typing", {}) for _ in range(150)))
    assert sum(not a["ok"] for a in answers) > 60
    heard = vet.names().count("peer.typing")
    assert 40 < heard < 90
    for _ in range(400):
        try:
            await owner.socket.emit("typing", {}, namespace="/room")
        except NotConnected:
            break
    await asyncio.wait_for(owner.closed.wait(), 5)
    assert (await vet.say("media", {"audio": True, "video": True}))["ok"]
    await vet.drop()


async def test_binary_and_oversize_packets_reach_nobody(process: Process, visit: Visit) -> None:
    owner, vet, epoch = await talk(process, visit)
    await owner.socket.emit("chat", {"body": b"bytes"}, namespace="/room")
    ws = owner.socket.eio
    await ws._send_packet(_engine_text('45999999999-/room,["media",{"_placeholder":true,"num":0}]'))
    await ws._send_packet(_engine_text('2/room,["note.preview",{"text":"' + "x" * 70_000 + '"}]'))
    await ws._send_packet(_engine_text("2/room," + "[" * 30_000))
    assert (await owner.say("media", {"audio": True, "video": False}))["ok"]
    assert (await vet.expect("peer.media"))["video"] is False
    big = {"epoch": epoch, "type": "offer", "sdp": SDP + "a" * (49 * 1024)}
    assert (await owner.say("description", big))["code"] == "malformed"
    await owner.drop()
    await vet.drop()


def _engine_text(text: str) -> Any:
    from engineio import packet  # type: ignore[import-untyped]

    return packet.Packet(packet.MESSAGE, text)


async def test_two_first_joins_at_once_are_one_after_the_other(process: Process) -> None:
    for _ in range(10):
        visit = Visit()
        parties = await asyncio.gather(
            join(process, visit, "pet_owner"), join(process, visit, "practitioner"), return_exceptions=False
        )
        epochs = sorted([(await p.expect("welcome"))["epoch"] for p in parties])
        assert epochs == [1, 2]
        for party in parties:
            await party.drop()


async def test_live_pages_hear_their_channels_and_no_others(process: Process, valkey: Any) -> None:
    import redis.asyncio as aredis

    from kit import realtime

    provider, other = str(uuid4()), str(uuid4())
    ticket = tickets.sign(SECRET, "live", {"channels": [f"provider:{provider}"]}, ttl_seconds=60)
    page = await Party("/live").connect(process, {"ticket": ticket})
    client = aredis.Redis.from_url(valkey.url)
    await realtime.publish(client, f"provider:{other}", "slot.taken", {"starts_at": "no"})
    await realtime.publish(client, f"provider:{provider}", "slot.taken", {"starts_at": "2026-11-20T10:00:00Z"})
    assert (await page.expect("slot.taken"))["starts_at"].startswith("2026")
    assert page.names() == []
    await client.aclose()
    wrong = Party("/live")
    with pytest.raises(NotConnected):
        await wrong.connect(process, {"ticket": Visit().ticket("pet_owner")})
    await page.socket.disconnect()


async def test_health_tells_the_truth(process: Process) -> None:
    async with aiohttp.ClientSession() as http, http.get(f"{process.url}/healthz") as answer:
        told = json.loads(await answer.text())
    assert told["status"] == "ok"
    assert told["valkey"] is True
