"""The namespace /room: a ticket opens the door, messages are checked, everything else is dropped."""

import asyncio
import logging
import time
from typing import Any
from uuid import UUID

import socketio
from pydantic import ValidationError
from socketio.exceptions import ConnectionRefusedError as Refusal

from kit import tickets
from kit.errors import DomainError
from signaling import state
from signaling.actions import Actions, Answer
from signaling.bus import ROOM, Bus
from signaling.facts import Facts, Party
from signaling.messages import MESSAGES, Enter, Resume
from signaling.seats import Background, Seat
from signaling.state import Entry, Peer, RefusedError, Room
from signaling.store import ContendedError, Store

log = logging.getLogger(__name__)


class RoomNamespace(socketio.AsyncNamespace):  # type: ignore[misc]
    """Sockets of consultations. A client never names a room: its ticket does."""

    def __init__(self, secret: bytes, store: Store, bus: Bus, facts: Facts, background: Background) -> None:
        super().__init__(ROOM)
        self._secret, self._store, self._bus, self._facts = secret, store, bus, facts
        self._background = background
        self._actions = Actions(store, bus, facts, background)
        self.seats: dict[str, Seat] = {}

    async def trigger_event(self, event: str, *args: Any) -> Any:
        """Route by our own table, so that no attribute of this class can be called by its name."""
        if event == "connect":
            return await self._connect(args[0], args[2] if len(args) > 2 else None)
        if event == "disconnect":
            return await self._disconnect(args[0])
        return await self._hear(args[0], event, *args[1:])

    async def _connect(self, sid: str, auth: Any) -> None:
        enter, claims = self._checked(auth)
        party = Party(UUID(claims["consultation"]), UUID(claims["user"]), claims["role"])
        newcomer = Peer(
            user=str(party.user), name=str(claims.get("name", ""))[:120], session=enter.session, node=self._bus.node,
            sid=sid, fence=0, since=time.time(), device=enter.device, audio=enter.audio, video=enter.video,
        )  # fmt: skip

        def step(room: Room | None) -> tuple[Room, Entry]:
            room = room or Room(id=claims["room"], consultation=str(party.consultation))
            if claims.get("admitted") and room.phase == "waiting":
                room.phase = "live"
            return room, state.enter(room, party.role, newcomer)

        since = await self._store.position(claims["room"], party.role)
        self._bus.seat(claims["room"], sid)  # before it can be read: the janitor ends places without a socket
        try:
            room, entry = await self._store.change(claims["room"], step)
        except (RefusedError, ContendedError) as refusal:
            self._bus.unseat(claims["room"], sid)
            code = refusal.code if isinstance(refusal, RefusedError) else "busy"
            raise Refusal(code, {"code": code}) from None
        seat = Seat(sid, room.id, party, enter.session, enter.device)
        self.seats[sid] = seat
        if entry.resumed and enter.resume and enter.resume.generation == room.generation:
            since = enter.resume.last
        self._background.start(self._welcome(seat, room, entry, since, enter.resume))

    def _checked(self, auth: Any) -> tuple[Enter, dict[str, Any]]:
        try:
            enter = Enter.model_validate(auth)
            return enter, tickets.verify(self._secret, "room", enter.ticket)
        except ValidationError:
            raise Refusal("malformed", {"code": "malformed"}) from None
        except (tickets.TicketRefusedError, ValueError) as refusal:
            reason = refusal.reason if isinstance(refusal, tickets.TicketRefusedError) else "malformed"
            log.info("ticket refused: %s", reason)
            raise Refusal("ticket", {"code": f"ticket_{reason}"}) from None

    async def _welcome(self, seat: Seat, room: Room, entry: Entry, since: int, resume: Resume | None) -> None:
        for _ in range(200):  # the library lists the socket only after the connect handler has returned
            if self.server.manager.is_connected(seat.sid, ROOM):
                break
            await asyncio.sleep(0.005)
        role = seat.party.role
        resumed = entry.resumed and resume is not None and resume.generation == room.generation
        async with self._store.lock(room.id):
            await self.emit("welcome", _greeting(room, role, since, resumed=resumed), to=seat.sid)
            for event in await self._store.missed(room.id, role, since):
                await self.emit(event.name, {**event.data, "seq": event.seq}, to=seat.sid)
        if entry.replaced is not None:
            news = {"device": seat.device, "at": time.time()}
            await self._bus.send(entry.replaced, "replaced", news, close=True)
        name = "peer.back" if entry.resumed else "peer.joined"
        face = {**room.peers[role].face(), "epoch": room.epoch, "phase": room.phase}
        await self._bus.deliver(room.id, state.other(role), name, face)
        if not entry.resumed:
            self._background.record(lambda: self._facts.joined(seat.party, seat.device))

    async def _disconnect(self, sid: str) -> None:
        seat = self.seats.pop(sid, None)
        if seat is None:
            return
        role, now = seat.party.role, time.time()

        def step(room: Room | None) -> tuple[Room, bool]:
            if room is None or not state.lose(room, role, sid, now):
                raise RefusedError("gone")
            return room, True

        try:
            await self._store.change(seat.room, step)
            grace = {"until": now + state.GRACE_SECONDS}
            await self._bus.deliver(seat.room, state.other(role), "peer.away", grace)
        except (RefusedError, ContendedError):
            log.debug("a socket without a place has closed")
        finally:
            self._bus.unseat(seat.room, sid)

    async def _hear(self, sid: str, event: str, *args: Any) -> Answer | None:
        seat = self.seats.get(sid)
        if seat is None:
            return None
        if not seat.bucket.take():
            if seat.bucket.is_abusive:
                await self.server.disconnect(sid, namespace=ROOM)
            return {"ok": False, "code": "too_fast"}
        code, reason = "malformed", ""
        try:
            message = MESSAGES[event].model_validate(args[0] if args else {})
            return {"ok": True, **await self._actions.perform(seat, event, message)}
        except (KeyError, ValidationError):
            log.debug("malformed message dropped")
        except RefusedError as refusal:
            code = refusal.code
        except DomainError as refusal:
            code, reason = refusal.code, refusal.detail or refusal.title
        except Exception as fault:  # noqa: BLE001 - one message fails, the room goes on; contents are never logged
            code = "unavailable"
            log.error("message %s failed: %s", event[:40], type(fault).__name__)  # noqa: TRY400
        return await self._refuse(sid, event, code, reason)

    async def _refuse(self, sid: str, event: str, code: str, message: str) -> Answer:
        await self.emit("error", {"event": event[:40], "code": code, "message": message}, to=sid)
        return {"ok": False, "code": code, "message": message}


def _greeting(room: Room, role: state.Role, seq: int, *, resumed: bool) -> Answer:
    across = room.peer(state.other(role))
    return {
        "generation": room.generation,
        "seq": seq,
        "resumed": resumed,
        "epoch": room.epoch,
        "phase": room.phase,
        "role": role,
        "polite": role == "pet_owner",
        "fence": room.peers[role].fence,
        "peer": across.face() if across else None,
        "now": time.time(),
    }
