"""What a model is called on the Hugging Face Hub."""

import re
from dataclasses import dataclass
from typing import Final, Self

from seq2seq.errors import HubError
from seq2seq.hub.refusals import refusal

MAIN: Final = "main"
_PART: Final = re.compile(r"(?!.*(?:--|\.\.))[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?", re.ASCII)
_REVISION: Final = re.compile(r"(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9._/-]{0,99}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class HubName:
    """A repository and one of its revisions: a branch, a tag or a commit."""

    owner: str
    name: str
    revision: str = MAIN

    @classmethod
    def parse(cls, text: str) -> Self:
        """``OWNER/NAME`` or ``OWNER/NAME@REVISION``.

        Raises:
            HubError: for anything else.
        """
        repository, at, revision = text.strip().partition("@")
        owner, slash, name = repository.partition("/")
        parts = (owner, name)
        is_name = slash and all(_PART.fullmatch(part) and not part.endswith(".git") for part in parts)
        if not is_name or (at and not _REVISION.fullmatch(revision)):
            raise refusal("hub_bad_name", name=repr(text[:100]))
        return cls(owner=owner, name=name, revision=revision or MAIN)

    @property
    def repository(self) -> str:
        """Owner and name."""
        return f"{self.owner}/{self.name}"

    def __str__(self) -> str:
        return self.repository if self.revision == MAIN else f"{self.repository}@{self.revision}"


def is_hub_name(text: str) -> bool:
    """Whether a text has the form of a model's name on the Hub."""
    try:
        HubName.parse(text)
    except HubError:
        return False
    return True
