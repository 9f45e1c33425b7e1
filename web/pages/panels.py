"""The routes of the vet's and the platform's panels."""

from web.pages.admin import appointments as admin_appointments
from web.pages.admin import jobs, overview, payouts, vets
from web.pages.vet import appointments, earnings, hours, patients, profile, record, services, today

VET = (
    today.routes, appointments.routes, record.routes, hours.routes, services.routes, patients.routes, earnings.routes,
    profile.routes,
)  # fmt: skip
ADMIN = (overview.routes, vets.routes, admin_appointments.routes, payouts.routes, jobs.routes)
