"""A believable context for each kind of mail, for either side."""

from datetime import datetime
from typing import Any

from domain.correspondence.letters import KINDS
from domain.notifications.models import Delivery
from kit import ids

VISIT: dict[str, Any] = {
    "appointment_id": "0191e0a0-0000-7000-8000-000000000001", "reference": "7K2M-Q9TD", "version": 2,
    "starts_at": "2026-11-21T18:30:00+00:00", "ends_at": "2026-11-21T18:50:00+00:00", "time_zone": "Asia/Amman",
    "service": "Dermatology by video", "mode": "video", "price": {"amount_minor": 12500, "currency": "JOD"},
    "pet": "Luna", "consultation_id": "0191e0a0-0000-7000-8000-000000000002", "vet": "Dr. Farah Haddad",
    "vet_slug": "farah-haddad", "clinic": "Weibdeh Veterinary Clinic", "address": "12 Baouniyah St, Amman",
    "pet_owner": "Ana Ferreyra", "cancel_until": "2026-11-21T16:30:00+00:00", "join_early_minutes": 10,
}  # fmt: skip
MORE: dict[str, dict[str, Any]] = {
    "cancelled": {"cancelled_by": "practitioner"},
    "confirm_reminder": {"confirm_until": "2026-11-23T18:50:00+00:00"},
    "please_confirm": {"confirm_until": "2026-11-23T18:50:00+00:00"},
    "record_published": {"note_id": "0191e0a0-0000-7000-8000-000000000003"},
    "unattended": {"absent": "practitioner", "money": "refund"},
    "funds_released": {
        "commission_bp": 1200, "by_silence": False, "commission": {"amount_minor": 1500, "currency": "JOD"},
        "net": {"amount_minor": 11000, "currency": "JOD"},
    },
    "security_notice": {"device": "Firefox on Linux", "at": "2026-11-20T09:12:00+00:00"},
    "vet_rejected": {"reason": "The licence number is not in the register."},
    "vet_suspended": {"reason": "Your licence has expired."},
    "payout_paid": {
        "amount": {"amount_minor": 250000, "currency": "JOD"}, "destination": "Arab Bank ••4821", "reason": "",
        "bank_reference": "TRF-88120", "reference": "4MRT-8KQX",
    },
    "payout_rejected": {
        "amount": {"amount_minor": 250000, "currency": "JOD"}, "destination": "Arab Bank ••4821",
        "reason": "The account name does not match.", "bank_reference": "", "reference": "4MRT-8KQX",
    },
}  # fmt: skip
VET_KINDS = {"booking_confirmed_vet", "funds_released"}
ALL = sorted(KINDS)


def context(kind: str, side: str | None = None, **changes: Any) -> dict[str, Any]:
    side = side or ("practitioner" if kind in VET_KINDS else "pet_owner")
    visit = {**VISIT, "side": side, **{k: v for k, v in changes.items() if k in VISIT}}
    more = {"visits": [visit], "is_short": False} if kind == "reminder" else {}
    return {**visit, **MORE.get(kind, {}), **more, **changes, "recipient_name": changes.get("name", "Ana Ferreyra")}


def delivery(
    kind: str, locale: str = "en", *, zone: str = "America/Argentina/Buenos_Aires", **changes: Any
) -> Delivery:
    return Delivery(
        id=ids.new_id(), user_id=ids.new_id(), channel="email", kind=kind, dedup_key=f"sample:{kind}", locale=locale,
        recipient=changes.pop("recipient", "ana@example.test"), time_zone=zone, context=context(kind, **changes),
        state="queued", subject="", message_id="", created_at=datetime.fromisoformat(VISIT["starts_at"]),
    )  # fmt: skip
