"""Only a party that has passed an ICE check may speak DTLS or SRTP to us.

aioice hands any datagram that is not STUN, from any address, to the DTLS layer. A stranger who sends a ClientHello
to the port while a call is being set up ends the call. The remedy is the one WebRTC stacks use: until an address has
answered a connectivity check, nothing but STUN is taken from it.
"""

from importlib.metadata import version
from typing import Any

import aioice
from aioice import ice

PINNED = "0.13.0"
_COOKIE = b"\x21\x12\xa4\x42"
_STUN_HEADER = 20
METHOD = "datagram_received"
_original = getattr(ice.StunProtocol, METHOD)


class UnknownVersionError(RuntimeError):
    """The filter was written against another aioice; read its ``StunProtocol`` again before raising the pin."""


def install() -> None:
    """Put the filter in place for every connection of this process; twice is once."""
    if version("aioice") != PINNED or not hasattr(aioice.Connection(ice_controlling=False), "_check_list"):
        raise UnknownVersionError(f"aioice {version('aioice')} is not {PINNED}")
    setattr(ice.StunProtocol, METHOD, _filtered)


def uninstall() -> None:
    """Back to the library's own way; for the test that shows the attack."""
    setattr(ice.StunProtocol, METHOD, _original)


def is_installed() -> bool:
    """True while the filter stands."""
    return getattr(ice.StunProtocol, METHOD) is _filtered


def is_stun(data: bytes) -> bool:
    """By RFC 7983: first byte 0 to 3, and the magic cookie in its place."""
    return len(data) >= _STUN_HEADER and data[0] < 4 and data[4:8] == _COOKIE


def _filtered(self: ice.StunProtocol, data: bytes, addr: tuple[Any, ...]) -> None:
    if is_stun(data) or _has_passed(self.receiver, (addr[0], addr[1])):
        _original(self, data, addr)


def _has_passed(connection: ice.Connection, source: tuple[str, int]) -> bool:
    succeeded = ice.CandidatePair.State.SUCCEEDED
    return any(pair.state is succeeded and pair.remote_addr == source for pair in connection._check_list)  # noqa: SLF001
