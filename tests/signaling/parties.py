"""Real parties for tests: a signaling process, tickets, and sockets that remember what they heard."""

import asyncio
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import socketio

from kit import tickets

SECRET = b"a-test-secret-of-enough-characters!!"
PUBLIC = "http://127.0.0.1:8080"
SDP = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\n"


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


class Process:
    """One signaling process on a port of its own."""

    def __init__(self, redis_url: str, port: int = 0, public_url: str = PUBLIC) -> None:
        self.port = port or free_port()
        env = {
            **os.environ, "REDIS_URL": redis_url, "LAZO_SECRET": SECRET.decode(), "LAZO_PUBLIC_URL": public_url,
            "LAZO_SIGNALING_PORT": str(self.port),
        }  # fmt: skip
        command = [sys.executable, "-m", "tests.signaling.process", str(self.port)]
        self._child = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
        assert self._child.stdout is not None
        assert json.loads(self._child.stdout.readline())["ready"] == self.port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def kill(self, what: signal.Signals = signal.SIGKILL) -> None:
        if self._child.poll() is None:
            self._child.send_signal(what)
            self._child.wait(10)


@dataclass
class Visit:
    """One consultation and its two people."""

    room: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    consultation: str = field(default_factory=lambda: str(uuid4()))
    users: dict[str, str] = field(
        default_factory=lambda: {"pet_owner": str(uuid4()), "practitioner": str(uuid4())},
    )

    def ticket(self, role: str, *, ttl: int = 60, purpose: str = "room", secret: bytes = SECRET, **more: Any) -> str:
        claims = {
            "room": self.room, "consultation": self.consultation, "user": self.users[role], "role": role,
            "name": {"pet_owner": "Ana", "practitioner": "Dr Sosa"}[role], "locale": "es", **more,
        }  # fmt: skip
        return tickets.sign(secret, purpose, claims, ttl_seconds=ttl)


class Party:
    """A socket in a room (or on /live) and everything it has heard."""

    def __init__(self, namespace: str = "/room") -> None:
        self.socket = socketio.AsyncClient(reconnection=False)
        self.namespace = namespace
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self._news = asyncio.Event()
        self.refused: dict[str, Any] | None = None
        self.socket.on("*", self._hear, namespace=namespace)
        self.socket.on("connect_error", self._refusal, namespace=namespace)
        self.closed = asyncio.Event()
        self.socket.on("disconnect", self._closed, namespace=namespace)

    async def _hear(self, event: str, data: dict[str, Any] | None = None) -> None:
        self.heard.append((event, data or {}))
        self._news.set()

    async def _refusal(self, data: Any) -> None:
        self.refused = data

    async def _closed(self, *_: Any) -> None:
        self.closed.set()

    async def connect(self, process: Process, auth: Any, **options: Any) -> "Party":
        await self.socket.connect(
            process.url, auth=auth, namespaces=[self.namespace], transports=["websocket"], wait_timeout=5, **options
        )
        return self

    async def expect(self, name: str, seconds: float = 5, **fields: Any) -> dict[str, Any]:
        """The first event of that name with those fields, now or soon; it is taken out."""
        deadline = time.monotonic() + seconds
        while True:
            for at, (event, data) in enumerate(self.heard):
                if event == name and all(data.get(k) == v for k, v in fields.items()):
                    del self.heard[at]
                    return data
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(f"{name} {fields} not heard; heard {[e for e, _ in self.heard]}")
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), left)
            except TimeoutError:
                continue

    def names(self) -> list[str]:
        return [event for event, _ in self.heard]

    async def say(self, name: str, data: Any = None) -> dict[str, Any]:
        answer: dict[str, Any] = await self.socket.call(name, data, namespace=self.namespace, timeout=5)
        return answer

    async def drop(self) -> None:
        """Lose the socket without a word (the transport is cut, no leave is sent)."""
        self.socket.eio.ws and await self.socket.eio.ws.close()
        await self.socket.disconnect()


async def join(process: Process, visit: Visit, role: str, session: str = "", **auth: Any) -> Party:
    """Enter the room as ``role`` with a fresh ticket and wait for the welcome (left in ``heard``)."""
    body = {"ticket": visit.ticket(role), "session": session or secrets.token_urlsafe(12), "device": "test", **auth}
    party = await Party().connect(process, body)
    welcome = await party.expect("welcome")
    party.heard.insert(0, ("welcome", welcome))
    return party


async def talk(process: Process, visit: Visit) -> tuple[Party, Party, int]:
    """Both in and admitted: the pet owner, the practitioner, and the epoch."""
    owner = await join(process, visit, "pet_owner", "owner-page-1")
    vet = await join(process, visit, "practitioner", "vet-page-01")
    await owner.expect("peer.joined")
    answer = await vet.say("admit")
    assert answer["ok"], answer
    await owner.expect("admitted")
    await vet.expect("admitted")
    return owner, vet, answer["epoch"]
