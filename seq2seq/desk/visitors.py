"""Who asks: a browser, known by a random secret that it keeps and of which only the hash is stored."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Final, Self

SHORTEST_SECRET: Final = 20
"""Characters; a shorter one could be guessed and is treated as none."""


def new_secret() -> str:
    """A secret for a browser to keep."""
    return secrets.token_urlsafe(32)


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser by the SHA-256 of its secret, in hexadecimal; empty for one without."""

    owner: str = ""

    @classmethod
    def from_secret(cls, secret: str) -> Self:
        """The visitor with this secret."""
        long_enough = len(secret) >= SHORTEST_SECRET
        return cls(hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest() if long_enough else "")

    def owns(self, owner: str) -> bool:
        """Whether this is that owner, in a time that tells nothing about how far two hashes agree."""
        same = hmac.compare_digest(self.owner.encode(), owner.encode())
        return bool(self.owner) and same
