"""Who somebody is, once they have proved it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who is signed in, and what this credential may do (`read`, `write`, `account`)."""

    id: UUID
    username: str
    email: str | None
    role: str
    scopes: frozenset[str]
    session: UUID | None = None

    def document(self) -> dict[str, Any]:
        """What a person sees of their own account."""
        return {"id": self.id, "username": self.username, "email": self.email}
