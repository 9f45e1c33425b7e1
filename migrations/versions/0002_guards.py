"""Who may touch which row: the application role, row-level security, and what nobody may change.

``lazo_app`` owns nothing. Each transaction enters it and says who asks by ``app.scope``, ``app.clinic_id`` and
``app.user_id`` (``kit.db``); a row outside the scope does not exist. Policies that follow an appointment or a pet ask
the parent table, whose own policy answers.
"""

import re

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CONTEXT = """
create function app_scope() returns text language sql stable parallel safe as
  $$ select current_setting('app.scope', true) $$;
create function app_clinic() returns uuid language sql stable parallel safe as
  $$ select nullif(current_setting('app.clinic_id', true), '')::uuid $$;
create function app_user() returns uuid language sql stable parallel safe as
  $$ select nullif(current_setting('app.user_id', true), '')::uuid $$;
create function app_is_privileged() returns boolean language sql stable parallel safe as
  $$ select current_setting('app.scope', true) in ('platform', 'system') $$;
"""

ROLE = """
do $$ begin
  if not exists (select 1 from pg_roles where rolname = 'lazo_app') then create role lazo_app nologin; end if;
exception when duplicate_object or unique_violation then null;
end $$;
do $$ begin
  if not (select rolsuper from pg_roles where rolname = current_user) then
    execute format('grant lazo_app to %I', current_user);
  end if;
end $$;
create table clock_shift (only_row boolean primary key default true check (only_row), seconds bigint not null);
insert into clock_shift (seconds) values (0);
grant usage on schema public to lazo_app;
grant select, insert, update, delete on all tables in schema public to lazo_app;
grant usage on all sequences in schema public to lazo_app;
revoke all on alembic_version from lazo_app;
revoke insert, delete on clock_shift from lazo_app;
"""

MINE = "app_is_privileged() or (app_scope() = 'clinic' and clinic_id = app_clinic())"
VIA_APPOINTMENT = "exists (select 1 from appointment a where a.id = appointment_id)"
VIA_CONSULTATION = "exists (select 1 from consultation c where c.id = consultation_id)"
MY_PET = (
    "(app_scope() = 'pet_owner' and exists (select 1 from pet_ownership o where o.pet_id = {pet} "
    "and o.user_id = app_user() and o.ended_at is null))"
)

# What the public directory shows of a clinic is readable by visitors and pet owners; inside a clinic, only its own.
DIRECTORY = ("clinic", "practitioner", "licence", "service", "working_hours", "schedule_exception")

POLICIES: dict[str, str] = {
    "membership": MINE + " or user_id = app_user()",
    "appointment": MINE + " or (app_scope() = 'pet_owner' and pet_owner_id = app_user())",
    "appointment_event": f"app_is_privileged() or {VIA_APPOINTMENT}",
    "appointment_photo": f"app_is_privileged() or {VIA_APPOINTMENT}",
    "booking_draft": "app_is_privileged() or user_id = app_user()",
    "client": MINE,
    "patient": MINE,
    "pet": "app_is_privileged() or (app_scope() = 'pet_owner' and created_by = app_user()) or "
    + MY_PET.format(pet="id")
    + " or (app_scope() = 'clinic' and exists (select 1 from patient p where p.pet_id = pet.id))",
    "pet_ownership": "app_is_privileged() or (app_scope() = 'pet_owner' and user_id = app_user())"
    " or (app_scope() = 'clinic' and exists (select 1 from patient p where p.pet_id = pet_ownership.pet_id))",
    "consultation": MINE + " or (app_scope() = 'pet_owner' and pet_owner_id = app_user())",
    "presence": f"app_is_privileged() or {VIA_CONSULTATION}",
    "chat_message": f"app_is_privileged() or {VIA_CONSULTATION}",
    "internal_note": MINE,
    "note_version": MINE,
    "escrow": f"app_is_privileged() or {VIA_APPOINTMENT}",
    "payment_attempt": f"app_is_privileged() or {VIA_APPOINTMENT}",
    "refund": "app_is_privileged() or exists (select 1 from payment_attempt t where t.id = attempt_id)",
    "gateway_event": "app_is_privileged()",
    "payout": "app_is_privileged() or (app_scope() = 'clinic' and clinic_id = app_clinic() and user_id = app_user())",
    "delivery": "app_is_privileged() or user_id = app_user()",
    "audit_entry": "app_is_privileged() or actor_id = app_user() or (app_scope() = 'clinic' and clinic_id = app_clinic())",
}

LEDGER = """
alter table ledger_journal add column txid xid8 not null default pg_current_xact_id();
create function ledger_journal_balanced() returns trigger language plpgsql as $$ begin
  if (select count(*) from ledger_posting where journal_id = new.id) < 2 then
    raise exception 'journal % has fewer than two lines', new.id using errcode = '23514'; end if;
  if exists (select 1 from ledger_posting where journal_id = new.id group by currency having sum(amount_minor) <> 0) then
    raise exception 'journal % does not sum to zero', new.id using errcode = '23514'; end if;
  return null; end $$;
create constraint trigger ledger_journal_balanced after insert on ledger_journal
  deferrable initially deferred for each row execute function ledger_journal_balanced();
create function ledger_posting_open() returns trigger language plpgsql as $$ begin
  if not exists (select 1 from ledger_journal j where j.id = new.journal_id and j.txid = pg_current_xact_id()) then
    raise exception 'journal % is closed', new.journal_id using errcode = '23514'; end if;
  return new; end $$;
create trigger ledger_posting_open before insert on ledger_posting
  for each row execute function ledger_posting_open();
revoke all on ledger_journal, ledger_posting, ledger_account, ledger_balance from lazo_app;
grant select on ledger_journal, ledger_posting, ledger_account, ledger_balance to lazo_app;
grant insert (effect_key, payload_sha256, kind, subject_type, subject_id, occurred_at, reverses_id)
  on ledger_journal to lazo_app;
grant update (chain_position, chain_sha256) on ledger_journal to lazo_app;
grant insert on ledger_posting to lazo_app;
grant insert (code, currency, kind, floor_zero) on ledger_account to lazo_app;
create function ledger_balance_opened() returns trigger language plpgsql security definer set search_path = public as
$$ begin
  if new.floor_zero then insert into ledger_balance (account_id, balance_minor, version) values (new.id, 0, 0); end if;
  return null; end $$;
create trigger ledger_balance_opened after insert on ledger_account
  for each row execute function ledger_balance_opened();
create function ledger_balance_moved() returns trigger language plpgsql security definer set search_path = public as
$$ begin
  update ledger_balance set balance_minor = balance_minor + new.amount_minor, version = version + 1
    where account_id = new.account_id;
  return null; end $$;
create trigger ledger_balance_moved after insert on ledger_posting
  for each row execute function ledger_balance_moved();
create function ledger_balance_lock(accounts bigint[]) returns table (account_id bigint, balance_minor bigint)
  language sql security definer set search_path = public as
$$ select b.account_id, b.balance_minor from ledger_balance b where b.account_id = any(accounts)
   order by b.account_id for update $$;
comment on function ledger_balance_lock is
  'Nobody but the lines changes a balance; this only holds balances still, in id order, until the transaction ends.';
create function ledger_chain_once() returns trigger language plpgsql as $$ begin
  if old.chain_sha256 is not null then raise exception 'journal % is sealed', old.id using errcode = '23514'; end if;
  if new.chain_position is null or new.chain_sha256 is null then
    raise exception 'a seal is a position and a hash' using errcode = '23514'; end if;
  return new; end $$;
create trigger ledger_chain_once before update on ledger_journal for each row execute function ledger_chain_once();
"""

APPEND_ONLY = """
create function refuse_change() returns trigger language plpgsql as $$ begin
  raise exception '% is append-only', tg_table_name using errcode = '42501'; end $$;
"""
APPEND_ONLY_TABLES = ("audit_entry", "appointment_event", "note_version", "ledger_posting")

SIGNED_NOTE = """
create function encounter_note_signed() returns trigger language plpgsql as $$ begin
  if old.state = 'signed' then raise exception 'note % is signed', old.id using errcode = '42501'; end if;
  return new; end $$;
create trigger encounter_note_signed before update or delete on encounter_note
  for each row execute function encounter_note_signed();
"""

COMMISSION_FROZEN = """
create function escrow_commission_frozen() returns trigger language plpgsql as $$ begin
  if old.commission_bp is not null and (new.commission_bp is distinct from old.commission_bp
     or new.plan_code is distinct from old.plan_code or new.frozen_at is distinct from old.frozen_at) then
    raise exception 'the commission of hold % is frozen', old.id using errcode = '42501'; end if;
  if old.state in ('released', 'refunded') and new is distinct from old then
    raise exception 'hold % is closed', old.id using errcode = '42501'; end if;
  return new; end $$;
create trigger escrow_commission_frozen before update on escrow
  for each row execute function escrow_commission_frozen();
"""

BUSY = """
create function busy_ranges(practitioner_users uuid[], from_at timestamptz, to_at timestamptz, at timestamptz)
returns table (user_id uuid, starts_at timestamptz, blocked_until timestamptz)
language sql stable set app.scope = 'system' set search_path = public as $$
  select a.practitioner_user_id, a.starts_at, a.blocked_until from appointment a
  where a.practitioner_user_id = any(practitioner_users)
    and tstzrange(a.starts_at, a.blocked_until) && tstzrange(from_at, to_at)
    and (a.status in ('booked', 'in_progress') or (a.status = 'held' and a.hold_expires_at > at))
$$;
comment on function busy_ranges is 'When vets are taken: times only, so that anybody may ask what is free.';
"""


def run(script: str) -> None:
    """Execute the statements of ``script``, each of which begins in the first column."""
    for statement in re.split(r"(?m)^(?=(?:create|do|grant|revoke|alter|insert|comment)\b)", script):
        if statement.strip():
            op.execute(statement)


def upgrade() -> None:
    run(CONTEXT)
    run(ROLE)
    for table, rule in POLICIES.items():
        _guard(table)
        op.execute(f"create policy rows on {table} using ({rule}) with check ({rule})")
    for table in DIRECTORY:
        _guard(table)
        mine = MINE.replace("clinic_id", "id") if table == "clinic" else MINE
        op.execute(f"create policy rows on {table} using ({mine}) with check ({mine})")
        op.execute(f"create policy directory on {table} for select using (app_scope() in ('public', 'pet_owner'))")
    _records()
    run(LEDGER)
    run(APPEND_ONLY)
    for table in APPEND_ONLY_TABLES:
        op.execute(
            f"create trigger append_only before update or delete or truncate on {table} "
            "for each statement execute function refuse_change()"
        )
        op.execute(f"revoke update, delete, truncate on {table} from lazo_app")
    run(SIGNED_NOTE)
    run(COMMISSION_FROZEN)
    run(BUSY)


def _guard(table: str) -> None:
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")


def _records() -> None:
    _guard("encounter_note")
    op.execute(f"create policy rows on encounter_note using ({MINE}) with check ({MINE})")
    published = "state = 'signed' and " + MY_PET.format(pet="encounter_note.pet_id")
    op.execute(f"create policy published on encounter_note for select using ({published})")
    _guard("note_template")
    op.execute(f"create policy rows on note_template using ({MINE}) with check ({MINE})")
    op.execute(
        "create policy shared on note_template for select using (clinic_id is null and app_scope() = 'clinic')"
    )
