"""Every table of the first consultation, with the constraints that keep time and money straight."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("create extension if not exists btree_gist")
    op.create_table(
        "app_user",
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("handle", sa.String(length=40), nullable=True),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("theme", sa.String(length=5), nullable=False),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("email_verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("locale in ('es', 'en', 'ar')", name=op.f("ck_app_user_locale")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_user")),
        sa.UniqueConstraint("handle", name=op.f("uq_app_user_handle")),
    )
    op.create_index("uq_app_user_email", "app_user", [sa.literal_column("lower(email)")], unique=True)
    op.create_table(
        "audit_entry",
        sa.Column("sequence", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_role", sa.String(length=20), nullable=False),
        sa.Column("actor_label", sa.String(length=60), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("target_type", sa.String(length=40), nullable=False),
        sa.Column("target_id", sa.String(length=60), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("sequence", name=op.f("uq_audit_entry_sequence")),
    )
    op.create_index(op.f("ix_audit_entry_clinic_id_sequence"), "audit_entry", ["clinic_id", "sequence"], unique=False)
    op.create_index(
        op.f("ix_audit_entry_target_type_target_id"), "audit_entry", ["target_type", "target_id"], unique=False
    )
    op.create_table(
        "clinic",
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("next_patient_number", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind in ('independent', 'clinic')", name=op.f("ck_clinic_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinic")),
        sa.UniqueConstraint("slug", name=op.f("uq_clinic_slug")),
    )
    op.create_table(
        "gateway_event",
        sa.Column("gateway", sa.String(length=20), nullable=False),
        sa.Column("event_id", sa.String(length=120), nullable=False),
        sa.Column("gateway_payment_id", sa.String(length=120), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("processed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=60), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gateway_event")),
        sa.UniqueConstraint("gateway", "event_id", name=op.f("uq_gateway_event_gateway_event_id")),
    )
    op.create_index(op.f("ix_gateway_event_gateway_payment_id"), "gateway_event", ["gateway_payment_id"], unique=False)
    op.create_table(
        "job_run",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.Column("handled", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_run")),
    )
    op.create_table(
        "ledger_account",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.String(length=120), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("floor_zero", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind in ('asset', 'liability', 'revenue', 'expense')", name=op.f("ck_ledger_account_kind")),
        sa.CheckConstraint(
            "floor_zero = (split_part(code, ':', 1) in ('escrow', 'refund_due', 'vet_payable', 'payout_pending'))",
            name=op.f("ck_ledger_account_floor"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_account")),
        sa.UniqueConstraint("code", name=op.f("uq_ledger_account_code")),
        sa.UniqueConstraint("id", "currency", name=op.f("uq_ledger_account_id_currency")),
    )
    op.create_table(
        "ledger_journal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("effect_key", sa.String(length=160), nullable=False),
        sa.Column("payload_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_type", sa.String(length=30), nullable=False),
        sa.Column("subject_id", sa.String(length=60), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("reverses_id", sa.BigInteger(), nullable=True),
        sa.Column("chain_position", sa.BigInteger(), nullable=True),
        sa.Column("chain_sha256", sa.LargeBinary(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["ledger_journal.id"], name=op.f("fk_ledger_journal_reverses_id_ledger_journal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_journal")),
        sa.UniqueConstraint("chain_position", name=op.f("uq_ledger_journal_chain_position")),
        sa.UniqueConstraint("effect_key", name=op.f("uq_ledger_journal_effect_key")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_ledger_journal_reverses_id")),
    )
    op.create_index(
        op.f("ix_ledger_journal_subject_type_subject_id"),
        "ledger_journal",
        ["subject_type", "subject_id"],
        unique=False,
    )
    op.create_table(
        "offer",
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("is_first", sa.Boolean(), nullable=False),
        sa.Column("is_first_of_specialty", sa.Boolean(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("full_name", sa.String(length=160), nullable=False),
        sa.Column("headline", sa.String(length=200), nullable=False),
        sa.Column("clinic_name", sa.String(length=160), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("languages", sa.ARRAY(sa.String(length=5)), nullable=False),
        sa.Column("species", sa.ARRAY(sa.String(length=30)), nullable=False),
        sa.Column("specialties", sa.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("specialty", sa.String(length=40), nullable=False),
        sa.Column("service_name", sa.String(length=120), nullable=False),
        sa.Column("mode", sa.String(length=10), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("rating", sa.Numeric(precision=3, scale=2), nullable=True),
        sa.Column("rating_count", sa.Integer(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("photo_file_id", sa.Uuid(), nullable=True),
        sa.Column("next_free_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refreshed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("service_id", name=op.f("pk_offer")),
    )
    op.create_index(op.f("ix_offer_country"), "offer", ["country"], unique=False)
    op.create_index(op.f("ix_offer_latitude_longitude"), "offer", ["latitude", "longitude"], unique=False)
    op.create_index(
        "ix_offer_next_free", "offer", ["next_free_at", "practitioner_id"], unique=False, postgresql_where="is_first"
    )
    op.create_index(op.f("ix_offer_practitioner_id"), "offer", ["practitioner_id"], unique=False)
    op.create_index("ix_offer_specialties", "offer", ["specialties"], unique=False, postgresql_using="gin")
    op.create_index(
        "ix_offer_specialty_next_free",
        "offer",
        ["specialty", "next_free_at", "practitioner_id"],
        unique=False,
        postgresql_where="is_first_of_specialty",
    )
    op.create_index("ix_offer_stale", "offer", ["next_free_at"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("dedup_key", sa.String(length=200), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state in ('waiting', 'done', 'cancelled', 'dead')", name=op.f("ck_outbox_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("dedup_key", name=op.f("uq_outbox_dedup_key")),
    )
    op.create_index("ix_outbox_due", "outbox", ["due_at"], unique=False, postgresql_where="state = 'waiting'")
    op.create_index(
        "ix_outbox_waiting_key", "outbox", ["dedup_key"], unique=False,
        postgresql_ops={"dedup_key": "varchar_pattern_ops"}, postgresql_where="state = 'waiting'",
    )
    op.create_table(
        "practitioner_rating",
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("practitioner_id", name=op.f("pk_practitioner_rating")),
    )
    op.create_table(
        "sandbox_payment",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("idempotency_key", sa.String(length=80), nullable=False),
        sa.Column("external_reference", sa.String(length=80), nullable=False),
        sa.Column("description", sa.String(length=200), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("return_url", sa.String(), nullable=False),
        sa.Column("refunded_minor", sa.BigInteger(), nullable=False),
        sa.Column("refund_keys", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("refunded_minor between 0 and amount_minor", name=op.f("ck_sandbox_payment_refunded")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sandbox_payment")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_sandbox_payment_idempotency_key")),
    )
    op.create_index(
        op.f("ix_sandbox_payment_external_reference"), "sandbox_payment", ["external_reference"], unique=False
    )
    op.create_table(
        "specialty",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_specialty")),
    )
    op.create_table(
        "species",
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("ncbi_taxon", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_species")),
    )
    op.create_table(
        "stored_file",
        sa.Column("uploaded_by", sa.Uuid(), nullable=True),
        sa.Column("purpose", sa.String(length=30), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_stored_file_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("key", name=op.f("uq_stored_file_key")),
    )
    op.create_index(op.f("ix_stored_file_uploaded_by"), "stored_file", ["uploaded_by"], unique=False)
    op.create_table(
        "vet_plan",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("features", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("commission_bp", sa.Integer(), nullable=False),
        sa.Column("monthly_prices", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("commission_bp between 0 and 10000", name=op.f("ck_vet_plan_commission")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_vet_plan")),
    )
    op.create_table(
        "auth_session",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_reason", sa.String(length=40), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=True),
        sa.Column("user_agent", sa.String(length=300), nullable=False),
        sa.Column("ip_address", sa.String(length=45), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_auth_session_user_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auth_session")),
    )
    op.create_index(op.f("ix_auth_session_user_id"), "auth_session", ["user_id"], unique=False)
    op.create_table(
        "breed",
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("species_code", sa.String(length=30), nullable=False),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["species_code"], ["species.code"], name=op.f("fk_breed_species_code_species")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_breed")),
    )
    op.create_index(op.f("ix_breed_species_code"), "breed", ["species_code"], unique=False)
    op.create_table(
        "client",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_client_clinic_id_clinic")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_client_user_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client")),
        sa.UniqueConstraint("clinic_id", "id", name=op.f("uq_client_clinic_id_id")),
    )
    op.create_index(
        "uq_client_user", "client", ["clinic_id", "user_id"], unique=True, postgresql_where="user_id is not null"
    )
    op.create_table(
        "delivery",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("dedup_key", sa.String(length=200), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("context", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state in ('queued', 'sent', 'failed')", name=op.f("ck_delivery_state")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_delivery_user_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("dedup_key", name=op.f("uq_delivery_dedup_key")),
    )
    op.create_index(op.f("ix_delivery_user_id_created_at"), "delivery", ["user_id", "created_at"], unique=False)
    op.create_table(
        "ledger_balance",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("balance_minor", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("balance_minor >= 0", name=op.f("ck_ledger_balance_floor")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["ledger_account.id"], name=op.f("fk_ledger_balance_account_id_ledger_account")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_ledger_balance")),
    )
    op.create_table(
        "ledger_posting",
        sa.Column("journal_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("line", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_minor <> 0", name=op.f("ck_ledger_posting_amount")),
        sa.ForeignKeyConstraint(
            ["account_id", "currency"],
            ["ledger_account.id", "ledger_account.currency"],
            name=op.f("fk_ledger_posting_account_id_currency_ledger_account"),
        ),
        sa.ForeignKeyConstraint(
            ["journal_id"], ["ledger_journal.id"], name=op.f("fk_ledger_posting_journal_id_ledger_journal")
        ),
        sa.PrimaryKeyConstraint("journal_id", "line", name=op.f("pk_ledger_posting")),
    )
    op.create_index(
        op.f("ix_ledger_posting_account_id_journal_id"), "ledger_posting", ["account_id", "journal_id"], unique=False
    )
    op.create_table(
        "membership",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("permissions", sa.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("deactivated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role in ('clinic_owner', 'practitioner', 'staff')", name=op.f("ck_membership_role")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_membership_clinic_id_clinic")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_membership_user_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("clinic_id", "id", name=op.f("uq_membership_clinic_id_id")),
    )
    op.create_index(op.f("ix_membership_user_id"), "membership", ["user_id"], unique=False)
    op.create_index(
        "uq_membership_active",
        "membership",
        ["clinic_id", "user_id"],
        unique=True,
        postgresql_where="deactivated_at is null",
    )
    op.create_table(
        "note_template",
        sa.Column("clinic_id", sa.Uuid(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("species", sa.ARRAY(sa.String(length=30)), nullable=False),
        sa.Column("diagnosis", sa.String(), nullable=False),
        sa.Column("treatment", sa.String(), nullable=False),
        sa.Column("notes", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_note_template_clinic_id_clinic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_template")),
    )
    op.create_index(op.f("ix_note_template_clinic_id_locale"), "note_template", ["clinic_id", "locale"], unique=False)
    op.create_index(
        "uq_note_template_global",
        "note_template",
        ["code", "locale"],
        unique=True,
        postgresql_where="clinic_id is null",
    )
    op.create_table(
        "payout",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("destination", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("bank_reference", sa.String(length=80), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state <> 'paid' or (bank_reference <> '' and decided_by <> user_id)", name=op.f("ck_payout_four_eyes")
        ),
        sa.CheckConstraint("state in ('requested', 'paid', 'rejected')", name=op.f("ck_payout_state")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payout_amount")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_payout_clinic_id_clinic")),
        sa.ForeignKeyConstraint(["decided_by"], ["app_user.id"], name=op.f("fk_payout_decided_by_app_user")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_payout_user_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout")),
        sa.UniqueConstraint("reference", name=op.f("uq_payout_reference")),
    )
    op.create_index(op.f("ix_payout_clinic_id"), "payout", ["clinic_id"], unique=False)
    op.create_index("ix_payout_queue", "payout", ["created_at"], unique=False, postgresql_where="state = 'requested'")
    op.create_index(op.f("ix_payout_user_id_created_at"), "payout", ["user_id", "created_at"], unique=False)
    op.create_index(
        "uq_payout_bank_reference", "payout", ["bank_reference"], unique=True, postgresql_where="bank_reference <> ''"
    )
    op.create_table(
        "practitioner",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("headline", sa.String(length=200), nullable=False),
        sa.Column("bio", sa.String(), nullable=False),
        sa.Column("languages", sa.ARRAY(sa.String(length=5)), nullable=False),
        sa.Column("species", sa.ARRAY(sa.String(length=30)), nullable=False),
        sa.Column("specialties", sa.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("years_of_practice", sa.Integer(), nullable=False),
        sa.Column("photo_file_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decision_reason", sa.String(), nullable=False),
        sa.Column("min_notice_minutes", sa.Integer(), nullable=False),
        sa.Column("buffer_minutes", sa.Integer(), nullable=False),
        sa.Column("slot_step_minutes", sa.Integer(), nullable=False),
        sa.Column("horizon_days", sa.Integer(), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state in ('pending', 'approved', 'rejected', 'suspended')", name=op.f("ck_practitioner_state")
        ),
        sa.CheckConstraint("min_notice_minutes >= 0 and buffer_minutes >= 0", name=op.f("ck_practitioner_policy")),
        sa.CheckConstraint(
            "slot_step_minutes between 5 and 60 and slot_step_minutes % 5 = 0", name=op.f("ck_practitioner_step")
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_practitioner_clinic_id_clinic")),
        sa.ForeignKeyConstraint(["decided_by"], ["app_user.id"], name=op.f("fk_practitioner_decided_by_app_user")),
        sa.ForeignKeyConstraint(
            ["photo_file_id"], ["stored_file.id"], name=op.f("fk_practitioner_photo_file_id_stored_file")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_practitioner_user_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practitioner")),
        sa.UniqueConstraint("clinic_id", "id", name=op.f("uq_practitioner_clinic_id_id")),
        sa.UniqueConstraint("clinic_id", "user_id", name=op.f("uq_practitioner_clinic_id_user_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_practitioner_slug")),
    )
    op.create_index(op.f("ix_practitioner_user_id"), "practitioner", ["user_id"], unique=False)
    op.create_table(
        "review",
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("author_name", sa.String(length=60), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("rating between 1 and 5", name=op.f("ck_review_rating")),
        sa.ForeignKeyConstraint(["author_id"], ["app_user.id"], name=op.f("fk_review_author_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("appointment_id", name=op.f("uq_review_appointment_id")),
    )
    op.create_index(op.f("ix_review_author_id"), "review", ["author_id"], unique=False)
    op.create_index(
        "ix_review_published",
        "review",
        ["practitioner_id", "created_at"],
        unique=False,
        postgresql_where="hidden_at is null",
    )
    op.create_table(
        "vet_subscription",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("plan_code", sa.String(length=20), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["plan_code"], ["vet_plan.code"], name=op.f("fk_vet_subscription_plan_code_vet_plan")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_vet_subscription_user_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vet_subscription")),
    )
    op.create_index(
        op.f("ix_vet_subscription_user_id_starts_at"), "vet_subscription", ["user_id", "starts_at"], unique=False
    )
    op.create_index(
        "uq_vet_subscription_current", "vet_subscription", ["user_id"], unique=True, postgresql_where="ends_at is null"
    )
    op.create_table(
        "licence",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("body", sa.String(length=160), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("region", sa.String(length=80), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "practitioner_id"],
            ["practitioner.clinic_id", "practitioner.id"],
            name=op.f("fk_licence_clinic_id_practitioner_id_practitioner"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licence")),
    )
    op.create_index(
        op.f("ix_licence_clinic_id_practitioner_id"), "licence", ["clinic_id", "practitioner_id"], unique=False
    )
    op.create_table(
        "pet",
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("species", sa.String(length=30), nullable=False),
        sa.Column("breed", sa.String(length=60), nullable=True),
        sa.Column("sex", sa.String(length=8), nullable=False),
        sa.Column("neutered", sa.String(length=8), nullable=False),
        sa.Column("birth_on", sa.Date(), nullable=True),
        sa.Column("birth_is_estimated", sa.Boolean(), nullable=False),
        sa.Column("weight_kg", sa.Numeric(precision=7, scale=3), nullable=True),
        sa.Column("colour", sa.String(length=80), nullable=False),
        sa.Column("notes", sa.String(), nullable=False),
        sa.Column("photo_file_id", sa.Uuid(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("neutered in ('yes', 'no', 'unknown')", name=op.f("ck_pet_neutered")),
        sa.CheckConstraint("sex in ('female', 'male', 'unknown')", name=op.f("ck_pet_sex")),
        sa.CheckConstraint("weight_kg is null or weight_kg > 0", name=op.f("ck_pet_weight")),
        sa.ForeignKeyConstraint(["breed"], ["breed.code"], name=op.f("fk_pet_breed_breed")),
        sa.ForeignKeyConstraint(["created_by"], ["app_user.id"], name=op.f("fk_pet_created_by_app_user")),
        sa.ForeignKeyConstraint(["photo_file_id"], ["stored_file.id"], name=op.f("fk_pet_photo_file_id_stored_file")),
        sa.ForeignKeyConstraint(["species"], ["species.code"], name=op.f("fk_pet_species_species")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pet")),
    )
    op.create_index(op.f("ix_pet_created_by"), "pet", ["created_by"], unique=False)
    op.create_table(
        "refresh_token",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["auth_session.id"], name=op.f("fk_refresh_token_session_id_auth_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refresh_token")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_refresh_token_token_sha256")),
    )
    op.create_index(op.f("ix_refresh_token_session_id"), "refresh_token", ["session_id"], unique=False)
    op.create_table(
        "schedule_exception",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=6), nullable=False),
        sa.Column("opens_minute", sa.Integer(), nullable=True),
        sa.Column("closes_minute", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=120), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(opens_minute is null and closes_minute is null and kind = 'closed') or (opens_minute between 0 and 1439 and closes_minute > opens_minute and closes_minute <= opens_minute + 1440)",
            name=op.f("ck_schedule_exception_window"),
        ),
        sa.CheckConstraint("kind in ('closed', 'open')", name=op.f("ck_schedule_exception_kind")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "practitioner_id"],
            ["practitioner.clinic_id", "practitioner.id"],
            name=op.f("fk_schedule_exception_clinic_id_practitioner_id_practitioner"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_exception")),
    )
    op.create_index(
        op.f("ix_schedule_exception_clinic_id_practitioner_id_day"),
        "schedule_exception",
        ["clinic_id", "practitioner_id", "day"],
        unique=False,
    )
    op.create_table(
        "service",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("specialty", sa.String(length=40), nullable=False),
        sa.Column("mode", sa.String(length=10), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("mode in ('video', 'clinic')", name=op.f("ck_service_mode")),
        sa.CheckConstraint(
            "duration_minutes between 5 and 480 and duration_minutes % 5 = 0", name=op.f("ck_service_duration")
        ),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_service_price")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "practitioner_id"],
            ["practitioner.clinic_id", "practitioner.id"],
            name=op.f("fk_service_clinic_id_practitioner_id_practitioner"),
        ),
        sa.ForeignKeyConstraint(["specialty"], ["specialty.code"], name=op.f("fk_service_specialty_specialty")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
        sa.UniqueConstraint("clinic_id", "id", name=op.f("uq_service_clinic_id_id")),
    )
    op.create_index(
        op.f("ix_service_clinic_id_practitioner_id"), "service", ["clinic_id", "practitioner_id"], unique=False
    )
    op.create_table(
        "working_hours",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens_minute", sa.Integer(), nullable=False),
        sa.Column("closes_minute", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "opens_minute between 0 and 1439 and closes_minute > opens_minute and closes_minute <= opens_minute + 1440",
            name=op.f("ck_working_hours_window"),
        ),
        sa.CheckConstraint(
            "valid_to is null or valid_from is null or valid_to >= valid_from", name=op.f("ck_working_hours_validity")
        ),
        sa.CheckConstraint("weekday between 0 and 6", name=op.f("ck_working_hours_weekday")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "practitioner_id"],
            ["practitioner.clinic_id", "practitioner.id"],
            name=op.f("fk_working_hours_clinic_id_practitioner_id_practitioner"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_hours")),
    )
    op.create_index(
        op.f("ix_working_hours_clinic_id_practitioner_id"),
        "working_hours",
        ["clinic_id", "practitioner_id"],
        unique=False,
    )
    op.create_table(
        "appointment",
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("practitioner_user_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("pet_id", sa.Uuid(), nullable=False),
        sa.Column("pet_owner_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("service_name", sa.String(length=120), nullable=False),
        sa.Column("mode", sa.String(length=10), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("triage", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("hold_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("close_reason", sa.String(length=60), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("idempotency_key", sa.String(length=80), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("pet_id"), "="),
            (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
            where=sa.text("status in ('held', 'booked', 'in_progress')"),
            using="gist",
            name="ex_appointment_pet_time",
        ),
        postgresql.ExcludeConstraint(
            (sa.column("practitioner_user_id"), "="),
            (sa.text("tstzrange(starts_at, blocked_until)"), "&&"),
            where=sa.text("status in ('held', 'booked', 'in_progress')"),
            using="gist",
            name="ex_appointment_practitioner_time",
        ),
        sa.CheckConstraint("status <> 'held' or hold_expires_at is not null", name=op.f("ck_appointment_hold")),
        sa.CheckConstraint(
            "status in ('held','booked','in_progress','awaiting_confirmation','completed','cancelled','expired','no_show')",
            name=op.f("ck_appointment_status"),
        ),
        sa.CheckConstraint("ends_at > starts_at and blocked_until >= ends_at", name=op.f("ck_appointment_times")),
        sa.CheckConstraint("extract(epoch from starts_at)::bigint % 300 = 0", name=op.f("ck_appointment_grid")),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_appointment_price")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "practitioner_id"],
            ["practitioner.clinic_id", "practitioner.id"],
            name=op.f("fk_appointment_clinic_id_practitioner_id_practitioner"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "service_id"],
            ["service.clinic_id", "service.id"],
            name=op.f("fk_appointment_clinic_id_service_id_service"),
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_appointment_clinic_id_clinic")),
        sa.ForeignKeyConstraint(["pet_id"], ["pet.id"], name=op.f("fk_appointment_pet_id_pet")),
        sa.ForeignKeyConstraint(["pet_owner_id"], ["app_user.id"], name=op.f("fk_appointment_pet_owner_id_app_user")),
        sa.ForeignKeyConstraint(
            ["practitioner_user_id"], ["app_user.id"], name=op.f("fk_appointment_practitioner_user_id_app_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("clinic_id", "id", name=op.f("uq_appointment_clinic_id_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_appointment_reference")),
    )
    op.create_index(op.f("ix_appointment_clinic_id_starts_at"), "appointment", ["clinic_id", "starts_at"], unique=False)
    op.create_index(
        "ix_appointment_hold", "appointment", ["hold_expires_at"], unique=False, postgresql_where="status = 'held'"
    )
    op.create_index(
        "ix_appointment_open",
        "appointment",
        ["ends_at"],
        unique=False,
        postgresql_where="status in ('booked', 'in_progress')",
    )
    op.create_index(op.f("ix_appointment_pet_id"), "appointment", ["pet_id"], unique=False)
    op.create_index(
        op.f("ix_appointment_pet_owner_id_starts_at"), "appointment", ["pet_owner_id", "starts_at"], unique=False
    )
    op.create_index(
        "uq_appointment_idempotency",
        "appointment",
        ["pet_owner_id", "idempotency_key"],
        unique=True,
        postgresql_where="idempotency_key is not null",
    )
    op.create_table(
        "patient",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("pet_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("alerts", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_patient_clinic_id_clinic")),
        sa.ForeignKeyConstraint(["pet_id"], ["pet.id"], name=op.f("fk_patient_pet_id_pet")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient")),
        sa.UniqueConstraint("clinic_id", "id", name=op.f("uq_patient_clinic_id_id")),
        sa.UniqueConstraint("clinic_id", "number", name=op.f("uq_patient_clinic_id_number")),
        sa.UniqueConstraint("clinic_id", "pet_id", name=op.f("uq_patient_clinic_id_pet_id")),
    )
    op.create_index(op.f("ix_patient_pet_id"), "patient", ["pet_id"], unique=False)
    op.create_table(
        "pet_ownership",
        sa.Column("pet_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["pet_id"], ["pet.id"], name=op.f("fk_pet_ownership_pet_id_pet")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_pet_ownership_user_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pet_ownership")),
    )
    op.create_index(op.f("ix_pet_ownership_user_id"), "pet_ownership", ["user_id"], unique=False)
    op.create_index(
        "uq_pet_ownership_current",
        "pet_ownership",
        ["pet_id", "user_id"],
        unique=True,
        postgresql_where="ended_at is null",
    )
    op.create_table(
        "appointment_event",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("actor_role", sa.String(length=20), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_appointment_event_appointment_id_appointment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment_event")),
    )
    op.create_index(
        op.f("ix_appointment_event_appointment_id_created_at"),
        "appointment_event",
        ["appointment_id", "created_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_appointment_event_clinic_id_created_at"),
        "appointment_event",
        ["clinic_id", "created_at"],
        unique=False,
    )
    op.create_table(
        "appointment_photo",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("uploaded_by", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_appointment_photo_appointment_id_appointment")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_appointment_photo_file_id_stored_file")),
        sa.ForeignKeyConstraint(
            ["uploaded_by"], ["app_user.id"], name=op.f("fk_appointment_photo_uploaded_by_app_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment_photo")),
        sa.UniqueConstraint("appointment_id", "file_id", name=op.f("uq_appointment_photo_appointment_id_file_id")),
    )
    op.create_index(
        op.f("ix_appointment_photo_clinic_id_appointment_id"),
        "appointment_photo",
        ["clinic_id", "appointment_id"],
        unique=False,
    )
    op.create_table(
        "booking_draft",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("pet_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("triage", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("photo_file_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appointment_id", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_booking_draft_appointment_id_appointment")
        ),
        sa.ForeignKeyConstraint(["pet_id"], ["pet.id"], name=op.f("fk_booking_draft_pet_id_pet")),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name=op.f("fk_booking_draft_practitioner_id_practitioner")
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_booking_draft_service_id_service")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_booking_draft_user_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_draft")),
    )
    op.create_index(op.f("ix_booking_draft_user_id"), "booking_draft", ["user_id"], unique=False)
    op.create_table(
        "consultation",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("practitioner_user_id", sa.Uuid(), nullable=False),
        sa.Column("pet_owner_id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("admitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=20), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state in ('planned', 'in_progress', 'ended')", name=op.f("ck_consultation_state")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "appointment_id"],
            ["appointment.clinic_id", "appointment.id"],
            name=op.f("fk_consultation_clinic_id_appointment_id_appointment"),
        ),
        sa.ForeignKeyConstraint(["pet_owner_id"], ["app_user.id"], name=op.f("fk_consultation_pet_owner_id_app_user")),
        sa.ForeignKeyConstraint(
            ["practitioner_user_id"], ["app_user.id"], name=op.f("fk_consultation_practitioner_user_id_app_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation")),
        sa.UniqueConstraint("appointment_id", name=op.f("uq_consultation_appointment_id")),
        sa.UniqueConstraint("clinic_id", "id", name=op.f("uq_consultation_clinic_id_id")),
        sa.UniqueConstraint("room_id", name=op.f("uq_consultation_room_id")),
    )
    op.create_index(op.f("ix_consultation_clinic_id_state"), "consultation", ["clinic_id", "state"], unique=False)
    op.create_table(
        "encounter_note",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("pet_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("author_name", sa.String(length=160), nullable=False),
        sa.Column("clinic_name", sa.String(length=160), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("template_code", sa.String(length=60), nullable=False),
        sa.Column("diagnosis", sa.String(), nullable=False),
        sa.Column("treatment", sa.String(), nullable=False),
        sa.Column("prescription", sa.String(), nullable=False),
        sa.Column("notes", sa.String(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("content_sha256", sa.LargeBinary(length=32), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state <> 'signed' or (signed_at is not null and content_sha256 is not null)",
            name=op.f("ck_encounter_note_signed"),
        ),
        sa.CheckConstraint("state in ('draft', 'signed')", name=op.f("ck_encounter_note_state")),
        sa.ForeignKeyConstraint(["author_id"], ["app_user.id"], name=op.f("fk_encounter_note_author_id_app_user")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "appointment_id"],
            ["appointment.clinic_id", "appointment.id"],
            name=op.f("fk_encounter_note_clinic_id_appointment_id_appointment"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_encounter_note_clinic_id_patient_id_patient"),
        ),
        sa.ForeignKeyConstraint(["pet_id"], ["pet.id"], name=op.f("fk_encounter_note_pet_id_pet")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_encounter_note")),
        sa.UniqueConstraint("appointment_id", name=op.f("uq_encounter_note_appointment_id")),
        sa.UniqueConstraint("clinic_id", "id", name=op.f("uq_encounter_note_clinic_id_id")),
    )
    op.create_index(
        op.f("ix_encounter_note_clinic_id_patient_id"), "encounter_note", ["clinic_id", "patient_id"], unique=False
    )
    op.create_index(op.f("ix_encounter_note_pet_id_signed_at"), "encounter_note", ["pet_id", "signed_at"], unique=False)
    op.create_table(
        "payment_attempt",
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("payer_id", sa.Uuid(), nullable=False),
        sa.Column("gateway", sa.String(length=20), nullable=False),
        sa.Column("merchant_account", sa.String(length=60), nullable=False),
        sa.Column("gateway_payment_id", sa.String(length=120), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("redirect_url", sa.String(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("quarantine", sa.String(length=40), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status in ('created','redirected','pending','approved','rejected','cancelled','unknown','refunded')",
            name=op.f("ck_payment_attempt_status"),
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payment_attempt_amount")),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_payment_attempt_appointment_id_appointment")
        ),
        sa.ForeignKeyConstraint(["payer_id"], ["app_user.id"], name=op.f("fk_payment_attempt_payer_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_attempt")),
        sa.UniqueConstraint(
            "gateway",
            "merchant_account",
            "gateway_payment_id",
            name=op.f("uq_payment_attempt_gateway_merchant_account_gateway_payment_id"),
        ),
    )
    op.create_index(op.f("ix_payment_attempt_appointment_id"), "payment_attempt", ["appointment_id"], unique=False)
    op.create_index(
        "uq_payment_attempt_open",
        "payment_attempt",
        ["appointment_id", "gateway"],
        unique=True,
        postgresql_where="status in ('created', 'redirected', 'pending', 'unknown') and quarantine = ''",
    )
    op.create_table(
        "escrow",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=True),
        sa.Column("pet_owner_id", sa.Uuid(), nullable=False),
        sa.Column("practitioner_user_id", sa.Uuid(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("plan_code", sa.String(length=20), nullable=True),
        sa.Column("commission_bp", sa.Integer(), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pet_owner_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("practitioner_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by_silence", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("commission_minor", sa.BigInteger(), nullable=True),
        sa.Column("net_minor", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state <> 'released' or commission_minor + net_minor = amount_minor", name=op.f("ck_escrow_split")
        ),
        sa.CheckConstraint(
            "state in ('awaiting_payment','held','awaiting_confirmation','review','released','refunding','refunded','refund_failed','expired')",
            name=op.f("ck_escrow_state"),
        ),
        sa.CheckConstraint("(commission_bp is null) = (plan_code is null)", name=op.f("ck_escrow_snapshot")),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_escrow_amount")),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_escrow_appointment_id_appointment")
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["payment_attempt.id"], name=op.f("fk_escrow_attempt_id_payment_attempt")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escrow")),
        sa.UniqueConstraint("appointment_id", name=op.f("uq_escrow_appointment_id")),
    )
    op.create_index(op.f("ix_escrow_attempt_id"), "escrow", ["attempt_id"], unique=False)
    op.create_index(op.f("ix_escrow_clinic_id_state"), "escrow", ["clinic_id", "state"], unique=False)
    op.create_index(
        "ix_escrow_due", "escrow", ["due_at"], unique=False, postgresql_where="state = 'awaiting_confirmation'"
    )
    op.create_index(
        op.f("ix_escrow_practitioner_user_id_state"), "escrow", ["practitioner_user_id", "state"], unique=False
    )
    op.create_table(
        "chat_message",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("sender_id", sa.Uuid(), nullable=False),
        sa.Column("sender_role", sa.String(length=12), nullable=False),
        sa.Column("client_id", sa.String(length=60), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("body <> '' or file_id is not null", name=op.f("ck_chat_message_content")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_chat_message_consultation_id_consultation")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_chat_message_file_id_stored_file")),
        sa.ForeignKeyConstraint(["sender_id"], ["app_user.id"], name=op.f("fk_chat_message_sender_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_message")),
        sa.UniqueConstraint(
            "consultation_id",
            "sender_id",
            "client_id",
            name=op.f("uq_chat_message_consultation_id_sender_id_client_id"),
        ),
    )
    op.create_index(
        op.f("ix_chat_message_clinic_id_consultation_id"),
        "chat_message",
        ["clinic_id", "consultation_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_chat_message_consultation_id_created_at"),
        "chat_message",
        ["consultation_id", "created_at"],
        unique=False,
    )
    op.create_table(
        "internal_note",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "note_id"],
            ["encounter_note.clinic_id", "encounter_note.id"],
            name=op.f("fk_internal_note_clinic_id_note_id_encounter_note"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_internal_note")),
        sa.UniqueConstraint("clinic_id", "note_id", name=op.f("uq_internal_note_clinic_id_note_id")),
    )
    op.create_table(
        "note_version",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_by", sa.Uuid(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "note_id"],
            ["encounter_note.clinic_id", "encounter_note.id"],
            name=op.f("fk_note_version_clinic_id_note_id_encounter_note"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_version")),
        sa.UniqueConstraint("clinic_id", "note_id", "version", name=op.f("uq_note_version_clinic_id_note_id_version")),
    )
    op.create_table(
        "presence",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("device", sa.String(length=120), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role in ('pet_owner', 'practitioner')", name=op.f("ck_presence_role")),
        sa.CheckConstraint("left_at is null or left_at >= joined_at", name=op.f("ck_presence_times")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_presence_consultation_id_consultation")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_presence_user_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presence")),
    )
    op.create_index(
        op.f("ix_presence_clinic_id_consultation_id"), "presence", ["clinic_id", "consultation_id"], unique=False
    )
    op.create_index(
        "uq_presence_open", "presence", ["consultation_id", "role"], unique=True, postgresql_where="left_at is null"
    )
    op.create_table(
        "refund",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("gateway_refund_id", sa.String(length=120), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state in ('requested', 'succeeded', 'failed')", name=op.f("ck_refund_state")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_refund_amount")),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["payment_attempt.id"], name=op.f("fk_refund_attempt_id_payment_attempt")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
    )
    op.create_index(op.f("ix_refund_attempt_id"), "refund", ["attempt_id"], unique=False)
