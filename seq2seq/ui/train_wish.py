"""What the form of the Train tab asks for."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from seq2seq.desk.records import RunPush
from seq2seq.ui.model_room import Account

EMBEDDED: Final = ("source_embeddings", "target_embeddings")
PUSH_FIELDS: Final = ("push_to", "push_licence", "push_private")
PUSH_TOKEN: Final = "push_token"  # noqa: S105 - the name of a control


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the form of the Train tab says; ``settings`` are those that were filled in, by name."""

    name: str
    start: str
    base: str
    preset: str
    drop: Collection[str]
    settings: Mapping[str, Any]
    probe: str = ""
    embeddings: Mapping[str, str] = field(default_factory=dict)
    push: RunPush | None = None
    account: Account = field(default_factory=Account)


def read_wish(values: dict[str, Any], drop: Collection[str] | None, signed_in: Any) -> Wish:
    """The wish behind the controls of the form, by name; ``signed_in`` is gradio's `OAuthToken` or None."""
    given = dict(values)
    fixed = {name: str(given.pop(name) or "") for name in ("name", "start", "base", "preset", "probe")}
    files = {name.removesuffix("_embeddings"): given.pop(name) for name in EMBEDDED}
    to, licence, private = (given.pop(name) for name in PUSH_FIELDS)
    push = RunPush(to=str(to).strip(), licence=str(licence or ""), private=private is True) if to else None
    return Wish(
        **fixed,
        drop=drop or (),
        account=Account.of(given.pop(PUSH_TOKEN), signed_in),
        push=push,
        embeddings={side: str(path) for side, path in files.items() if path},
        settings=given,
    )
