"""The Socket.IO packet we accept: text, small, never with attachments.

The library lets any connected socket announce ten thousand million binary attachments and keeps what arrives;
no message of ours is binary, so such a packet is refused before anything is stored.
"""

from typing import Any

from socketio import packet

LARGEST_PACKET = 64 * 1024


class RefusedPacketError(ValueError):
    """The packet is binary or too large; the library drops it and the socket goes on."""


class GuardedPacket(packet.Packet):  # type: ignore[misc]
    """A packet that refuses attachments and more than 64 KiB of text."""

    uses_binary_events = False

    def decode(self, encoded_packet: Any) -> int:
        """Read one packet; raises RefusedPacketError before its JSON is looked at."""
        if not isinstance(encoded_packet, str):
            raise RefusedPacketError("binary")
        if len(encoded_packet) > LARGEST_PACKET:
            raise RefusedPacketError("too large")
        if encoded_packet[:1] in {str(packet.BINARY_EVENT), str(packet.BINARY_ACK)}:
            raise RefusedPacketError("binary")
        count: int = super().decode(encoded_packet) or 0
        if count:
            raise RefusedPacketError("attachments")
        return 0
