"""The appointment as a calendar file: the same UID for ever, a higher SEQUENCE for every change, UTC.

No medical detail: calendars are shared more widely than mail.
"""

from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any

from icalendar import Alarm, Calendar, Event, vCalAddress, vText

from domain.correspondence import paths
from domain.correspondence.words import Reader, bare, own
from kit import clock
from kit.i18n import gettext as _
from kit.mail import Attachment


def attach(reader: Reader, c: dict[str, Any], *, method: str, recipient: str, sender: str, site: str) -> Attachment:
    """``method`` is REQUEST or CANCEL in mails, PUBLISH for a file to download; it stands in the MIME type as well."""
    calendar = Calendar()
    calendar.add("prodid", "-//Lazo//Appointments//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(_event(reader, c, method, recipient, sender, site))
    content: bytes = calendar.to_ical()
    return Attachment("lazo.ics", "text/calendar", content, (("method", method), ("charset", "utf-8")))


def _event(reader: Reader, c: dict[str, Any], method: str, recipient: str, sender: str, site: str) -> Event:
    place = f"{site}{paths.room(c)}" if c["mode"] == "video" else ", ".join(filter(None, (c["clinic"], c["address"])))
    event = Event()
    event.add("uid", f"{c['appointment_id']}@{parseaddr(sender)[1].rpartition('@')[2]}")
    event.add("sequence", c["version"])
    event.add("dtstamp", clock.now().replace(microsecond=0))
    event.add("dtstart", datetime.fromisoformat(c["starts_at"]))
    event.add("dtend", datetime.fromisoformat(c["ends_at"]))
    event.add("summary", bare(_summary(c)))
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    event.add("location", bare(own(place)))
    event.add("url", f"{site}{paths.appointment(c)}")
    event.add("description", bare(_where_and_when(reader, c)))
    event.add("organizer", _person(*parseaddr(sender)))
    if method != "PUBLISH":  # a published event invites nobody (RFC 5546 3.2.1)
        attendee = _person(reader.name, recipient)
        attendee.params["PARTSTAT"] = vText("ACCEPTED")
        attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
        event.add("attendee", attendee)
    if method != "CANCEL":
        event.add_component(_alarm())
    return event


def _summary(c: dict[str, Any]) -> str:
    if c["side"] == "practitioner":
        return _("Visit: %(pet)s (%(pet_owner)s)", pet=own(c["pet"]), pet_owner=own(c["pet_owner"]))
    return _("%(pet)s with %(vet)s", pet=own(c["pet"]), vet=own(c["vet"]))


def _where_and_when(reader: Reader, c: dict[str, Any]) -> str:
    there = reader.there(c["starts_at"], c["time_zone"])
    return "\n".join(filter(None, (reader.with_zone(c["starts_at"]), there, c["reference"])))


def _person(name: str, address: str) -> vCalAddress:
    person = vCalAddress(f"mailto:{address}")
    person.params["CN"] = vText(bare(own(name)).replace('"', "'"))
    return person


def _alarm() -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", "Lazo")
    alarm.add("trigger", timedelta(minutes=-10))
    return alarm
