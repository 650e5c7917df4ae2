"""What goes wrong with the Hub, each as a sentence and what to do, with a key for other languages."""

from collections.abc import Mapping
from typing import Any, Final

from seq2seq.errors import HubError

REFUSALS: Final[dict[str, tuple[str, str]]] = {
    "hub_bad_name": (
        "{name} is no name of a model on the Hugging Face Hub.",
        "Write OWNER/NAME or OWNER/NAME@REVISION.",
    ),
    "hub_no_home": (
        "Models cannot be kept in {home}: {reason}.",
        "Set SEQ2SEQ_HOME to a folder that can be written.",
    ),
    "hub_pulling_already": ("{name} is being pulled already.", "Wait for it."),
    "hub_not_here": (
        "There is no folder {name}, and no model of that name was pulled.",
        "Check the path, or pull it: python -m seq2seq pull {name}",
    ),
    "hub_not_found": (
        "There is no model {name} on the Hub, or it is private.",
        "Check the name; for a private one, give a token that may read it.",
    ),
    "hub_is_dataset": ("{name} is a dataset, not a model.", "Choose a model of Seq2Seq Explorer."),
    "hub_gated": (
        "{name} is gated: its owner wants to be asked.",
        "Ask for access on its page, and give the token of that account.",
    ),
    "hub_private_here": (
        "{name} is private or gated, and all visitors of this server would see it.",
        "Pull it on your own machine.",
    ),
    "hub_no_revision": ("{name} has no revision {revision}.", "Choose a branch, a tag or a commit of it."),
    "hub_bad_token": ("The Hub does not take this token.", "It may have expired: make a new one."),
    "hub_forbidden": ("The token may not do this with {name}.", "Use one with the right to do it."),
    "hub_rate_limited": ("The Hub takes no more requests for now.", "Try again in a few minutes."),
    "hub_broken": ("The Hub failed with status {status}.", "Try again later."),
    "hub_unreachable": (
        "The Hub cannot be reached, or the connection broke.",
        "Check the network and try again.",
    ),
    "hub_offline": ("This program was told to stay offline (HF_HUB_OFFLINE).", "Unset it to pull or push."),
    "hub_empty": ("{name} is empty.", "There is nothing to pull."),
    "hub_not_ours": (
        "{name} is no checkpoint of Seq2Seq Explorer: it has no {missing}.",
        "Choose a model that was pushed by it.",
    ),
    "hub_transformers": (
        "{name} is a model of another library ({library}).",
        "Only checkpoints of Seq2Seq Explorer can be read.",
    ),
    "hub_too_large": (
        "{name} has {megabytes:,.0f} MB, and {limit:,.0f} MB are the most.",
        "Choose a smaller model, or raise the limit.",
    ),
    "hub_no_size": ("{name} does not say how large {file} is.", "Such a repository is not pulled."),
    "hub_lies": (
        "{name} sends more for {file} than it said, or something else.",
        "Such a repository is not pulled.",
    ),
    "hub_damaged": ("{name} cannot be used: {reason}", "Nothing was kept of it."),
    "hub_no_token": (
        "Nobody is logged in to the Hub here.",
        "Log in with `hf auth login`, set HF_TOKEN, or give a token that may write.",
    ),
    "hub_read_only_token": (
        "The token of {user} may only read.",
        "Make one that may write to {owner}, at https://huggingface.co/settings/tokens.",
    ),
    "hub_not_yours": (
        "{user} may not write to {name}.",
        "Push to a repository of {user}'s own, or of an organization where {user} may write.",
    ),
    "hub_is_public": (
        "{name} exists and is public, and it was to be private.",
        "Choose another name, or make it private on its page first.",
    ),
    "hub_payment": (
        "The Hub wants to be paid for {name}.",
        "See its page, or choose something that is free.",
    ),
    "hub_changed": (
        "{name} was changed by someone else meanwhile.",
        "Nothing of it was overwritten; look at it and push again.",
    ),
    "hub_bad_card": ("The Hub does not take this README.md: {reason}", "Correct its header."),
    "hub_strange": (
        "The Hub answers what this program does not understand.",
        "Try again later, or update the program.",
    ),
    "hub_outcome_unknown": (
        "The connection broke as {name} was being changed, and it cannot be asked whether it was.",
        "Push again: what is there already is not pushed twice.",
    ),
    "hub_push_stopped": ("Pushing to {name} was stopped.", "Push again to go on."),
    "hub_stopped": ("Pulling {name} was stopped.", "Nothing was kept of it."),
}
"""Message and hint by key, with the names of the values that fill them in."""


def refusal(key: str, **values: Any) -> HubError:
    """The error of a key."""
    return say(REFUSALS, key, values)


def say(table: Mapping[str, tuple[str, str]], key: str, values: Mapping[str, Any]) -> HubError:
    """The error of a key of a table like `REFUSALS`."""
    message, hint = table[key]
    return HubError(message.format(**values), hint.format(**values), key=key, values=dict(values))
