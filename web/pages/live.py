"""What an open page needs to hear what changes: one minute to enter the live socket with, for one's own channel."""

from aiohttp import web
from pydantic import BaseModel

from kit import tickets
from kit.http.keys import ACTOR, SETTINGS
from kit.http.policy import SignedIn
from kit.http.routes import Routes

routes = Routes("live")
TICKET_SECONDS = 60


class LiveTicket(BaseModel):
    """The ticket names the channels; the page names none."""

    ticket: str
    signaling_url: str


@routes.get("/live/ticket", auth=SignedIn, transaction=False)
async def ticket(request: web.Request) -> LiveTicket:
    """A ticket for the events of the person who is signed in."""
    settings = request.app[SETTINGS]
    claims = {"channels": [f"user:{request[ACTOR].person}"]}
    signed = tickets.sign(settings.secret_key, "live", claims, ttl_seconds=TICKET_SECONDS)
    return LiveTicket(ticket=signed, signaling_url=settings.signaling_url)
