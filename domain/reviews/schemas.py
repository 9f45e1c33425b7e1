"""What comes in and goes out about reviews."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from domain.accounts.schemas import Input


class WriteReview(Input):
    """One to five, and words if one likes."""

    rating: Annotated[int, Field(ge=1, le=5)]
    body: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""


class ReviewOut(BaseModel):
    """A published review: first name and initial only."""

    id: UUID
    rating: int
    body: str
    author_name: str
    created_at: datetime
