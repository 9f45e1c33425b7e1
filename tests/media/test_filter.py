"""The ClientHello filter: pinned to the library it was written against, and shown under attack."""

import asyncio
import re
import socket
from collections.abc import Iterator
from importlib.metadata import version

import aioice
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack
from OpenSSL import SSL

from media import ice_filter

HOST = re.compile(r"^a=candidate:\S+ 1 udp \d+ (\d+\.\d+\.\d+\.\d+) (\d+) typ host", re.MULTILINE)


@pytest.fixture
def filtered() -> Iterator[None]:
    ice_filter.install()
    yield
    ice_filter.uninstall()


def client_hello() -> bytes:
    client = SSL.Connection(SSL.Context(SSL.DTLS_METHOD))
    client.set_connect_state()
    with pytest.raises(SSL.WantReadError):
        client.do_handshake()
    return client.bio_read(2000)


def addresses(pc: RTCPeerConnection) -> list[tuple[str, int]]:
    return [(ip, int(port)) for ip, port in HOST.findall(pc.localDescription.sdp)]


async def call(*, attacked: bool) -> bool:
    """One audio call between two of our peers; True when sound arrives within five seconds."""
    a, b = (RTCPeerConnection(RTCConfiguration(iceServers=[])) for _ in range(2))
    heard = asyncio.Event()
    readers = []

    @b.on("track")
    def listen(track: AudioStreamTrack) -> None:
        async def read() -> None:
            await track.recv()
            heard.set()

        readers.append(asyncio.ensure_future(read()))

    a.addTrack(AudioStreamTrack())
    await a.setLocalDescription(await a.createOffer())
    await b.setRemoteDescription(RTCSessionDescription(a.localDescription.sdp, "offer"))
    await b.setLocalDescription(await b.createAnswer())
    spraying = asyncio.ensure_future(spray([*addresses(a), *addresses(b)])) if attacked else None
    await asyncio.sleep(0.05)
    await a.setRemoteDescription(RTCSessionDescription(b.localDescription.sdp, "answer"))
    try:
        await asyncio.wait_for(heard.wait(), 5)
    except TimeoutError:
        return False
    finally:
        if spraying:
            spraying.cancel()
        await asyncio.gather(a.close(), b.close())
    return True


async def spray(targets: list[tuple[str, int]]) -> None:
    hello = client_hello()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for _ in range(200):
            for target in targets:
                stranger.sendto(hello, target)
            await asyncio.sleep(0.005)


def test_the_filter_knows_its_library() -> None:
    """Raising aioice fails here on purpose: read StunProtocol again, run the attack, then raise the pin."""
    assert version("aioice") == ice_filter.PINNED
    protocol = aioice.ice.StunProtocol
    assert protocol.datagram_received.__code__.co_varnames[:3] == ("self", "data", "addr")
    assert aioice.ice.CandidatePair.State.SUCCEEDED


async def test_without_the_filter_a_stranger_ends_the_call() -> None:
    assert not ice_filter.is_installed()
    assert not await call(attacked=True)


async def test_with_the_filter_the_call_connects_under_attack(filtered: None) -> None:
    assert await call(attacked=True)
    assert await call(attacked=False)


def test_only_stun_is_stun() -> None:
    assert ice_filter.is_stun(b"\x00\x01\x00\x00\x21\x12\xa4\x42" + bytes(12))
    assert not ice_filter.is_stun(client_hello())
    assert not ice_filter.is_stun(b"\x80\x60" + bytes(30))
    assert not ice_filter.is_stun(b"\x00\x01")
