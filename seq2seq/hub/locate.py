"""From what a user calls a checkpoint, a folder or a name on the Hub, to its folder."""

from pathlib import Path

from seq2seq.hub.names import HubName, is_hub_name
from seq2seq.hub.refusals import refusal
from seq2seq.hub.store import ModelStore, PulledModel


def find_pulled(text: Path | str, store: ModelStore | None = None) -> PulledModel | None:
    """The pulled model of a name; None for what is a path here, and for what was not pulled. Asks nobody."""
    name = _hub_name(text)
    return (store or ModelStore()).find(name) if name else None


def locate_checkpoint(text: Path | str, store: ModelStore | None = None) -> Path:
    """The folder of a checkpoint by its path, or by its name on the Hub; asks nobody.

    Raises:
        HubError: for a name of a model that was not pulled.
    """
    if _hub_name(text) is None:
        return Path(text)
    if model := find_pulled(text, store):
        return model.folder
    raise refusal("hub_not_here", name=str(text))


def pull_checkpoint(text: Path | str, store: ModelStore | None = None) -> Path:
    """Like `locate_checkpoint`, but pulls what has a name of the Hub and is not here.

    Raises:
        HubError: where it cannot be pulled.
    """
    name = _hub_name(text)
    if name is None:
        return Path(text)
    if model := find_pulled(text, store):
        return model.folder
    from seq2seq.hub.pull import pull  # the client takes half a second, and only pulling needs it

    return pull(name, store).folder


def _hub_name(text: Path | str) -> HubName | None:
    """The name on the Hub, unless a folder here, of a checkpoint or of its owner's name, says that it is a path."""
    words = str(text)
    if not is_hub_name(words) or Path(words).exists() or Path(words).parent.is_dir():
        return None
    return HubName.parse(words)
