"""Processes and Valkey end in the middle of a call; the call goes on."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.embedded.valkey import RunningValkey, start_valkey
from tests.signaling.parties import SDP, Process, Visit, join, talk


@pytest.fixture
def own_valkey(tmp_path: Path) -> Iterator[RunningValkey]:
    server = start_valkey(tmp_path)
    server.wait_ready()
    yield server
    server.stop()


@pytest.mark.kill
async def test_a_killed_process_loses_nothing(valkey: RunningValkey, visit: Visit) -> None:
    first = Process(valkey.url)
    owner, vet, epoch = await talk(first, visit)
    generation = (await owner.expect("welcome"))["generation"]
    first.kill()
    await asyncio.gather(owner.closed.wait(), vet.closed.wait())
    second = Process(valkey.url, first.port)
    try:
        resume = {"generation": generation, "last": 1}
        back = await join(second, visit, "pet_owner", "owner-page-1", resume=resume)
        welcome = await back.expect("welcome")
        assert (welcome["resumed"], welcome["epoch"], welcome["phase"]) == (True, epoch, "live")
        vet_back = await join(second, visit, "practitioner", "vet-page-01", resume=resume)
        await back.expect("peer.back")
        assert (await vet_back.say("description", {"epoch": epoch, "type": "offer", "sdp": SDP}))["ok"]
        await back.expect("description")
        await back.drop()
        await vet_back.drop()
    finally:
        second.kill()


async def test_two_processes_serve_one_room_and_one_may_die(valkey: RunningValkey, visit: Visit) -> None:
    here, there = Process(valkey.url), Process(valkey.url)
    try:
        owner = await join(here, visit, "pet_owner", "owner-page-1")
        vet = await join(there, visit, "practitioner", "vet-page-01")
        await owner.expect("peer.joined")
        epoch = (await vet.say("admit"))["epoch"]
        await owner.expect("admitted")
        await owner.say("description", {"epoch": epoch, "type": "offer", "sdp": SDP})
        await vet.expect("description")
        generation = (await owner.expect("welcome"))["generation"]
        here.kill()
        await vet.say("description", {"epoch": epoch, "type": "answer", "sdp": SDP})
        resume = {"generation": generation, "last": 2}
        back = await join(there, visit, "pet_owner", "owner-page-1", resume=resume)
        assert (await back.expect("welcome"))["resumed"]
        assert (await back.expect("description"))["type"] == "answer"
        newest = await join(there, visit, "practitioner", "vet-page-02")
        await vet.expect("replaced")
        await back.drop()
        await newest.drop()
    finally:
        here.kill()
        there.kill()


async def test_the_other_side_learns_of_a_dead_process(valkey: RunningValkey, visit: Visit) -> None:
    here, there = Process(valkey.url), Process(valkey.url)
    try:
        owner = await join(here, visit, "pet_owner")
        vet = await join(there, visit, "practitioner")
        here.kill()
        await vet.expect("peer.away", seconds=16)
        await vet.drop()
        await owner.socket.disconnect()
    finally:
        here.kill()
        there.kill()


@pytest.mark.kill
async def test_the_call_goes_on_while_valkey_is_away(own_valkey: RunningValkey, visit: Visit, tmp_path: Path) -> None:
    process = Process(own_valkey.url)
    try:
        owner, vet, epoch = await talk(process, visit)
        generation = (await owner.expect("welcome"))["generation"]
        own_valkey.stop()
        assert (await owner.say("description", {"epoch": epoch, "type": "offer", "sdp": SDP}))["ok"]
        seq = (await vet.expect("description"))["seq"]
        await owner.drop()
        await vet.expect("peer.away")
        await vet.say("description", {"epoch": epoch, "type": "answer", "sdp": SDP})
        resume = {"generation": generation, "last": 2}
        back = await join(process, visit, "pet_owner", "owner-page-1", resume=resume)
        assert (await back.expect("welcome"))["epoch"] == epoch
        await back.expect("description", type="answer")
        again = start_valkey(tmp_path)
        again.wait_ready()
        try:
            await vet.say("restart")
            assert (await back.expect("epoch"))["epoch"] == epoch + 1
            await vet.expect("epoch")
            assert (await back.say("media", {"audio": False, "video": False}))["ok"]
            assert (await vet.expect("peer.media"))["seq"] > seq
            await _kept(again.url, visit.room)
        finally:
            again.stop()
        await back.drop()
        await vet.drop()
    finally:
        process.kill()


async def _kept(url: str, room: str) -> None:
    import redis.asyncio as aredis

    client = aredis.Redis.from_url(url)
    for _ in range(50):
        if await client.get(f"rtc:{{{room}}}:state"):
            break
        await asyncio.sleep(0.1)
    else:
        raise AssertionError("the room was not written back")
    await client.aclose()
