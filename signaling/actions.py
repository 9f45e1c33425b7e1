"""What each message does. An action may raise DomainError or RefusedError: the sender hears why, nobody else does."""

import time
from collections.abc import Awaitable, Callable
from typing import Any

from signaling import messages, state
from signaling.bus import Bus
from signaling.facts import Facts
from signaling.seats import Background, Seat
from signaling.state import RefusedError, Room
from signaling.store import Store

Answer = dict[str, Any]


class Actions:
    """The room's verbs, over the state, the bus and the record."""

    def __init__(self, store: Store, bus: Bus, facts: Facts, background: Background) -> None:
        self._store, self._bus, self._facts, self._background = store, bus, facts, background
        self._table: dict[str, Callable[[Seat, Any], Awaitable[Answer]]] = {
            "description": self._description,
            "candidate": self._candidate,
            "media": self._media,
            "quality": self._quality,
            "typing": self._typing,
            "chat": self._chat,
            "history": self._history,
            "sync": self._sync,
            "restart": self._restart,
            "admit": self._admit,
            "ask": self._ask,
            "note.preview": self._note_preview,
            "finish": self._finish,
            "leave": self._leave,
        }

    async def perform(self, seat: Seat, name: str, message: messages.Message) -> Answer:
        """Do what ``message`` asks and return what its acknowledgement carries."""
        if name in messages.PRACTITIONER_ONLY and seat.party.role != "practitioner":
            raise RefusedError("not_yours")
        return await self._table[name](seat, message)

    async def _room(self, seat: Seat) -> Room:
        room, _ = await self._store.load(seat.room)
        peer = room.peer(seat.party.role) if room else None
        if room is None or peer is None or peer.sid != seat.sid:
            raise RefusedError("replaced")
        return room

    async def _change(self, seat: Seat, step: Callable[[Room], Any]) -> tuple[Room, Any]:
        def guarded(room: Room | None) -> tuple[Room, Any]:
            peer = room.peer(seat.party.role) if room else None
            if room is None or peer is None or peer.sid != seat.sid:
                raise RefusedError("replaced")
            return room, step(room)

        return await self._store.change(seat.room, guarded)

    async def _across(self, seat: Seat, name: str, data: Answer) -> None:
        await self._bus.deliver(seat.room, state.other(seat.party.role), name, data)

    async def _both(self, seat: Seat, name: str, data: Answer) -> None:
        await self._bus.deliver(seat.room, seat.party.role, name, data)
        await self._across(seat, name, data)

    async def _description(self, seat: Seat, message: messages.Description) -> Answer:
        state.check_relay(await self._room(seat), seat.party.role, message.epoch)
        await self._across(seat, "description", message.model_dump())
        return {}

    async def _candidate(self, seat: Seat, message: messages.Candidate) -> Answer:
        state.check_relay(await self._room(seat), seat.party.role, message.epoch)
        await self._across(seat, "candidate", message.model_dump())
        return {}

    async def _media(self, seat: Seat, message: messages.Media) -> Answer:
        def step(room: Room) -> None:
            peer = room.peers[seat.party.role]
            peer.audio, peer.video = message.audio, message.video

        await self._change(seat, step)
        await self._across(seat, "peer.media", message.model_dump())
        return {}

    async def _quality(self, seat: Seat, message: messages.Quality) -> Answer:
        await self._room(seat)
        await self._across(seat, "peer.quality", message.model_dump())
        return {}

    async def _typing(self, seat: Seat, _: messages.Empty) -> Answer:
        await self._room(seat)
        await self._across(seat, "peer.typing", {})
        return {}

    async def _chat(self, seat: Seat, message: messages.Chat) -> Answer:
        await self._room(seat)
        if not message.body.strip() and message.file_id is None:
            raise RefusedError("empty")
        line = await self._facts.say(seat.party, message.body.strip(), message.client_id, message.file_id)
        await self._across(seat, "chat.message", line)
        return {"message": line}

    async def _history(self, seat: Seat, _: messages.Empty) -> Answer:
        await self._room(seat)
        return {"messages": await self._facts.history(seat.party)}

    async def _sync(self, seat: Seat, message: messages.Sync) -> Answer:
        room = await self._room(seat)
        async with self._store.lock(seat.room):
            for event in await self._store.missed(seat.room, seat.party.role, message.last):
                await self._bus.send(room.peers[seat.party.role], event.name, {**event.data, "seq": event.seq})
        return {}

    async def _restart(self, seat: Seat, _message: messages.Empty) -> Answer:
        room, epoch = await self._change(seat, state.restart)
        if room.phase == "live":
            await self._both(seat, "epoch", {"epoch": epoch})
        return {"epoch": epoch}

    async def _admit(self, seat: Seat, _message: messages.Empty) -> Answer:
        await self._room(seat)
        await self._facts.admit(seat.party)
        room, changed = await self._change(seat, state.admit)
        if changed:
            await self._both(seat, "admitted", {"epoch": room.epoch})
        return {"epoch": room.epoch}

    async def _ask(self, seat: Seat, message: messages.Ask) -> Answer:
        await self._room(seat)
        await self._across(seat, "ask", message.model_dump())
        return {}

    async def _note_preview(self, seat: Seat, message: messages.NotePreview) -> Answer:
        await self._room(seat)
        await self._across(seat, "note.preview", message.model_dump())
        return {}

    async def _finish(self, seat: Seat, _message: messages.Empty) -> Answer:
        await self._room(seat)
        await self._facts.finish(seat.party)
        _, changed = await self._change(seat, state.finish)
        if changed:
            await self._both(seat, "finished", {"at": time.time()})
        return {}

    async def _leave(self, seat: Seat, _: messages.Empty) -> Answer:
        now = time.time()
        room, left = await self._change(seat, lambda held: state.leave(held, seat.party.role, seat.sid, now))
        if left:
            if room.phase != "finished":
                self._background.record(lambda: self._facts.left(seat.party))
            await self._across(seat, "peer.left", {"reason": "hung_up"})
        return {}
