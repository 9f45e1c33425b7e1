"""A room and what may happen to it: plain values and pure steps, so that every process decides alike."""

import secrets
from typing import Literal

from pydantic import BaseModel, Field

Role = Literal["pet_owner", "practitioner"]
Phase = Literal["waiting", "live", "finished"]
Status = Literal["in", "away", "left"]

GRACE_SECONDS = 60.0
RETIRED_KEPT = 16


class RefusedError(Exception):
    """The step is not allowed; ``code`` is stable and part of the protocol."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Peer(BaseModel):
    """One party: the newest page they opened (``session``), where its socket is, and since when."""

    user: str
    name: str = ""
    session: str
    node: str
    sid: str
    fence: int
    status: Status = "in"
    since: float
    device: str = ""
    audio: bool = True
    video: bool = True

    def face(self) -> dict[str, object]:
        """What the other party may know."""
        return {
            "name": self.name,
            "status": self.status,
            "since": self.since,
            "device": self.device,
            "audio": self.audio,
            "video": self.video,
        }


class Room(BaseModel):
    """The whole state of one room. ``epoch`` numbers the media sessions; ``version`` the writes."""

    id: str
    consultation: str
    version: int = 0
    generation: str = Field(default_factory=lambda: secrets.token_urlsafe(12))
    phase: Phase = "waiting"
    epoch: int = 0
    peers: dict[Role, Peer] = Field(default_factory=dict)
    retired: list[str] = Field(default_factory=list)

    def peer(self, role: Role) -> Peer | None:
        """The party in ``role``, if they ever came."""
        return self.peers.get(role)

    @property
    def is_full(self) -> bool:
        """Both parties hold a place (a socket, or the grace after losing one)."""
        return len(self.peers) == 2 and all(p.status != "left" for p in self.peers.values())


def other(role: Role) -> Role:
    """The one across."""
    return "practitioner" if role == "pet_owner" else "pet_owner"


class Entry(BaseModel):
    """What entering did: resumed the same page or began afresh, and whom it replaced."""

    resumed: bool
    replaced: Peer | None = None
    was_present: bool = False


def enter(room: Room, role: Role, newcomer: Peer) -> Entry:
    """Take the place of ``role``: the same page resumes, another page of the same person replaces it.

    Raises RefusedError ``finished``, ``replaced`` (a page that already lost its place) or ``role_taken``.
    """
    if room.phase == "finished":
        raise RefusedError("finished")
    if newcomer.session in room.retired:
        raise RefusedError("replaced")
    held = room.peer(role)
    present = held is not None and held.status != "left"
    if held is not None and held.session == newcomer.session and present:
        newcomer.fence = held.fence
        room.peers[role] = newcomer
        return Entry(resumed=True, was_present=True)
    if held is not None and present and held.user != newcomer.user:
        raise RefusedError("role_taken")
    newcomer.fence = (held.fence if held else 0) + 1
    room.peers[role] = newcomer
    room.epoch += 1
    replaced = held if held is not None and held.session != newcomer.session else None
    if replaced is not None:
        room.retired = [*room.retired, replaced.session][-RETIRED_KEPT:]
    return Entry(resumed=False, replaced=replaced if present else None, was_present=present)


def lose(room: Room, role: Role, sid: str, now: float) -> bool:
    """The socket ``sid`` is gone without a word: its place is kept for a minute. False if it held none."""
    peer = room.peer(role)
    if peer is None or peer.sid != sid or peer.status != "in":
        return False
    peer.status, peer.since = "away", now
    return True


def leave(room: Room, role: Role, sid: str, now: float) -> bool:
    """The party hangs up; they may come back as a new page."""
    peer = room.peer(role)
    if peer is None or peer.sid != sid or peer.status == "left":
        return False
    peer.status, peer.since = "left", now
    return True


def expire(room: Room, role: Role, now: float) -> bool:
    """The grace is over: the place is free. False while it is not."""
    peer = room.peer(role)
    if peer is None or peer.status != "away" or now - peer.since < GRACE_SECONDS:
        return False
    peer.status, peer.since = "left", now
    return True


def admit(room: Room) -> bool:
    """The practitioner lets the pet owner in; once only."""
    if room.phase == "finished":
        raise RefusedError("finished")
    if room.phase == "live":
        return False
    room.phase = "live"
    return True


def finish(room: Room) -> bool:
    """The consultation is over; nobody enters again."""
    changed = room.phase != "finished"
    room.phase = "finished"
    return changed


def restart(room: Room) -> int:
    """Begin a new media session: both sides drop their connection and negotiate afresh."""
    room.epoch += 1
    return room.epoch


def check_relay(room: Room, role: Role, epoch: int) -> None:
    """May ``role`` send a description or candidate of ``epoch`` now?

    Raises RefusedError ``not_admitted``, ``finished`` or ``stale_epoch``.
    """
    if room.phase != "live":
        raise RefusedError("finished" if room.phase == "finished" else "not_admitted")
    if epoch != room.epoch:
        raise RefusedError("stale_epoch")
    if other(role) not in room.peers:
        raise RefusedError("nobody_there")
