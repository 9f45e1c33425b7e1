"""Stored files: the row says whose it is and what it is; the bytes lie in the storage under ``key``."""

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Row


class StoredFile(Row):
    """Bytes that were verified on arrival; never served without asking who reads."""

    __tablename__ = "stored_file"
    __table_args__ = (CheckConstraint("size_bytes > 0", name="size"),)

    uploaded_by: Mapped[UUID | None] = mapped_column(index=True)
    purpose: Mapped[str] = mapped_column(String(30))
    key: Mapped[str] = mapped_column(String(200), unique=True)
    media_type: Mapped[str] = mapped_column(String(60))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    width: Mapped[int | None]
    height: Mapped[int | None]
