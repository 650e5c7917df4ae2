"""The commands `pull` and `models`: checkpoints from the Hugging Face Hub, and those that are here."""

import argparse
import threading
from typing import Final

from seq2seq.cli_flags import positive
from seq2seq.cli_transfer import MEGABYTE, TransferLine, interrupts
from seq2seq.hub.names import HubName
from seq2seq.hub.store import ModelStore

DEFAULT_LIMIT: Final = 2000


def add_pull(parser: argparse.ArgumentParser) -> None:
    """The flags of `pull`."""
    parser.set_defaults(run=_run_pull)
    parser.description = (
        "Pull a checkpoint; it is then used by its name everywhere: --checkpoint OWNER/NAME. For private and gated "
        "ones the token is taken from HF_TOKEN or `hf auth login`."
    )
    parser.add_argument(
        "name", metavar="OWNER/NAME[@REVISION]", help="a branch, a tag or a commit; else main"
    )
    parser.add_argument(
        "--limit",
        type=positive,
        default=DEFAULT_LIMIT,
        metavar="MB",
        help="the most that is pulled (default: %(default)s)",
    )


def add_models(parser: argparse.ArgumentParser) -> None:
    """The flags of `models`."""
    parser.set_defaults(run=_run_models)
    parser.add_argument("--remove", metavar="OWNER/NAME", help="remove all that was pulled of it")


def _run_pull(options: argparse.Namespace) -> int:
    from seq2seq.hub.pull import pull  # the client takes half a second, and only pulling needs it

    name, store = HubName.parse(options.name), ModelStore()
    before = store.find(name)
    stopping = threading.Event()
    with interrupts(stopping):
        model = pull(
            name,
            store,
            limit_bytes=options.limit * MEGABYTE,
            progress=TransferLine(),
            should_stop=stopping.is_set,
        )
    if model.unasked:
        print(f"{name} is here, at commit {model.commit[:12]}; the Hub could not be asked for a newer one.")
    elif before is not None and before.commit == model.commit:
        print(f"{name} is here already, at commit {model.commit[:12]}: {model.folder}")
    elif before is not None:
        print(f"{name} went from commit {before.commit[:12]} to {model.commit[:12]}: {model.folder}")
    else:
        print(f"{name} at commit {model.commit[:12]}: {model.folder}")
    return 0


def _run_models(options: argparse.Namespace) -> int:
    store = ModelStore()
    if options.remove:
        store.remove(HubName.parse(options.remove))
        return 0
    for model in store.models():
        size = model.size_bytes / MEGABYTE
        print(f"{model.name}\t{model.commit[:12]}\t{size:.1f} MB\t{model.pulled}")
    return 0
