"""People who sign in, their sessions, and the tokens that keep a session alive."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Row


class User(Row):
    """A person. What they may do comes from memberships and ``is_admin``, never from the request."""

    __tablename__ = "app_user"
    __table_args__ = (
        Index("uq_app_user_email", text("lower(email)"), unique=True),
        CheckConstraint("locale in ('es', 'en', 'ar')", name="locale"),
    )

    email: Mapped[str] = mapped_column(String(254))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(120))
    handle: Mapped[str | None] = mapped_column(String(40), unique=True)
    locale: Mapped[str] = mapped_column(String(5))
    time_zone: Mapped[str] = mapped_column(String(60))
    country: Mapped[str] = mapped_column(String(2))
    phone: Mapped[str] = mapped_column(String(20), default="")
    theme: Mapped[str] = mapped_column(String(5), default="")
    is_admin: Mapped[bool] = mapped_column(default=False)
    email_verified_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]


class AuthSession(Row):
    """One signed-in device; revoking it ends every token of its family."""

    __tablename__ = "auth_session"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"), index=True)
    expires_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str] = mapped_column(String(40), default="")
    clinic_id: Mapped[UUID | None]
    user_agent: Mapped[str] = mapped_column(String(300), default="")
    ip_address: Mapped[str] = mapped_column(String(45), default="")


class RefreshToken(Row):
    """Only the SHA-256 of the token is kept; used once, then replaced."""

    __tablename__ = "refresh_token"

    session_id: Mapped[UUID] = mapped_column(ForeignKey("auth_session.id"), index=True)
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
