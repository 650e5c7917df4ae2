"""Why a checkpoint is not published as it is, each as a sentence and what to do, with a key for other languages."""

from typing import Any, Final

from seq2seq.errors import HubError
from seq2seq.hub.refusals import say

REFUSALS: Final[dict[str, tuple[str, str]]] = {
    "publish_nothing": (
        "{name!r} is no folder of a checkpoint or a run, nor the name of one.",
        "Give a folder, a bundled checkpoint's name, or OWNER/NAME of one that was pulled.",
    ),
    "publish_no_licence": (
        "The card of {name} names no licence, and nobody may use a model without one.",
        "Choose one, for example apache-2.0, mit, cc-by-4.0 or cc-by-sa-4.0.",
    ),
    "publish_bad_licence": (
        "The Hub knows no licence {licence!r}.",
        "Perhaps you mean {close}; `other` is for one that you describe in the card.",
    ),
    "publish_bad_dataset": (
        "{dataset!r} is no name of a dataset on the Hub.",
        "Write OWNER/NAME, or describe the data in words.",
    ),
    "publish_secret": (
        "{file} holds what looks like a token of the Hub.",
        "Remove it there, and make that token invalid.",
    ),
    "publish_path": (
        "{file} holds a path of this machine: {path!r}.",
        "Remove it there; what is published tells nothing of where it was made.",
    ),
    "publish_strange_scores": (
        "scores.json holds {what!r}, which is no score.",
        "Remove it; a score is a number, or a short word that says how it was computed.",
    ),
    "publish_strange_weights": (
        "The header of model.safetensors holds {what!r}, which is none of this program's.",
        "Save the weights anew, for example with `python -m seq2seq average`.",
    ),
    "publish_bad_card": (
        "The header of the checkpoint's README.md cannot be read: {reason}.",
        "Correct it, or remove the file: a card is then written anew.",
    ),
    "publish_example": ("The example cannot be translated: {reason}", "Choose another sentence."),
    "publish_other_content": (
        "{name} holds something else, for example {file}.",
        "Choose another name; a model of another kind is not overwritten.",
    ),
}
"""Message and hint by key, with the names of the values that fill them in."""


def refusal(key: str, **values: Any) -> HubError:
    """The error of a key."""
    return say(REFUSALS, key, values)
