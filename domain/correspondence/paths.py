"""Where the buttons of mails lead."""

from typing import Any

APPOINTMENTS = "/appointments"
PETS = "/pets"
SEARCH = "/search"
SETTINGS = "/me"
VET_HOURS = "/vet/hours"
VET_TODAY = "/vet"
EARNINGS = "/vet/earnings"
VET_PROFILE = "/vet/profile"


def appointment(context: dict[str, Any]) -> str:
    """The appointment, in the panel of the side that reads."""
    panel = "/vet" if context.get("side") == "practitioner" else ""
    return f"{panel}/appointments/{context['appointment_id']}"


def room(context: dict[str, Any]) -> str:
    """The door of the video room, the same for both sides; the appointment, where there is no room."""
    consultation_id = context["consultation_id"]
    return f"/room/{consultation_id}" if consultation_id else appointment(context)


def review(context: dict[str, Any]) -> str:
    """Where a review is written."""
    return f"{appointment(context)}/review"


def vet(context: dict[str, Any]) -> str:
    """The vet's public profile, with free times."""
    return f"/vets/{context['vet_slug']}"


def record(context: dict[str, Any]) -> str:
    """A signed record."""
    return f"/records/{context['note_id']}"
