"""Every table, for migrations and for the tests that walk the schema."""

from domain.accounts import models as accounts
from domain.audit import models as audit
from domain.booking import models as booking
from domain.catalog import models as catalog
from domain.clinics import models as clinics
from domain.consultations import models as consultations
from domain.directory import models as directory
from domain.escrow import models as escrow
from domain.files import models as files
from domain.notifications import models as notifications
from domain.patients import models as patients
from domain.payments import models as payments
from domain.payouts import models as payouts
from domain.practitioners import models as practitioners
from domain.records import models as records
from domain.reviews import models as reviews
from domain.subscriptions import models as subscriptions
from kit import outbox
from kit.db import Base

metadata = Base.metadata

__all__ = [
    "accounts", "audit", "booking", "catalog", "clinics", "consultations", "directory", "escrow", "files", "metadata",
    "notifications", "outbox", "patients", "payments", "payouts", "practitioners", "records", "reviews",
    "subscriptions",
]  # fmt: skip
