"""Where models are pulled to and pushed from, and who asks for it."""

import os
from dataclasses import dataclass, field
from typing import Any, Final, Self

from seq2seq.desk.quotas import Quotas
from seq2seq.hub.store import ModelStore
from seq2seq.ui.feedback import refusal
from seq2seq.ui.shelf import CheckpointShelf

LONGEST_TOKEN: Final = 500


@dataclass(frozen=True, slots=True)
class Account:
    """Tokens of a visitor, which nothing prints.

    Attributes:
        typed: in the page.
        signed_in: of a visitor who signed in with Hugging Face.
    """

    typed: str = field(default="", repr=False)
    signed_in: str = field(default="", repr=False)

    @classmethod
    def of(cls, typed: str | None, signed_in: Any = None) -> Self:
        """What a handler gets: the value of the password field, and gradio's `OAuthToken`."""
        return cls(typed or "", signed_in.token if signed_in else "")

    def token(self) -> str:
        """The one that was typed, or else that of the sign-in; empty where there is neither.

        Raises:
            InputError: for what is no token.
        """
        token = self.typed.strip()
        if len(token) > LONGEST_TOKEN or not token.isprintable() or " " in token or not token.isascii():
            raise refusal("models_bad_token")
        return token or self.signed_in


def offers_sign_in() -> bool:
    """Whether this is a Space where visitors sign in with Hugging Face."""
    return bool(os.environ.get("OAUTH_CLIENT_ID"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRoom:
    """Where models are pulled to, and how.

    Attributes:
        shelf: the page's checkpoints, the pulled ones among them.
        store: where these lie.
        quotas: how large they may be.
        shared: whether strangers share this server. Then a model that not everyone may see is refused, nobody
            removes anything, and the server's own login is nobody's.
    """

    shelf: CheckpointShelf
    store: ModelStore
    quotas: Quotas
    shared: bool

    def own_token(self, account: Account) -> str | None:
        """A visitor's token, or else that of this machine's login where it is the visitor's own.

        Raises:
            InputError: for what is no token.
        """
        return account.token() or ("" if self.shared else None)
