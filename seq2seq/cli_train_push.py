"""The flags of `train` that push what it makes to the Hugging Face Hub."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from seq2seq.errors import ConfigError
from seq2seq.training.events import CheckpointSaved, TrainingEvent

if TYPE_CHECKING:  # the client takes half a second, and only pushing needs it
    from seq2seq.publishing.background import BestPusher


def add_train_push(parser: argparse.ArgumentParser) -> None:
    """The flags."""
    group = parser.add_argument_group("Hugging Face Hub")
    group.add_argument(
        "--push-to",
        default="",
        metavar="OWNER/REPO",
        help="push the best weights there at the end, with a model card; the token is taken from HF_TOKEN or "
        "`hf auth login`, and asked for its rights before training begins",
    )
    group.add_argument("--push-private", action="store_true", help="make it one that only its owner sees")
    group.add_argument("--push-license", default="", metavar="ID", help="of the weights, such as apache-2.0")
    group.add_argument(
        "--every-best",
        action="store_true",
        help="push every new best during training too, in the background, one at a time",
    )


class TrainPush:
    """Pushes as the events of a run come; does nothing where none was asked for.

    Args:
        options: of the command.
        leads: whether this process is the one that writes.
    """

    def __init__(self, options: argparse.Namespace, *, leads: bool) -> None:
        if not options.push_to and (options.every_best or options.push_private or options.push_license):
            raise ConfigError(["--every-best, --push-private and --push-license say how to push, and nothing says "
                               "where to."], "Add --push-to OWNER/REPO.")  # fmt: skip
        self._pusher = _open_pusher(options) if options.push_to and leads else None

    def see(self, event: TrainingEvent) -> None:
        """An event of the run."""
        if self._pusher is not None:
            if isinstance(event, CheckpointSaved):
                self._pusher.offer(event.step)
            else:
                self._pusher.look()

    def finish(self) -> None:
        """The run is over and its card is written."""
        if self._pusher is not None:
            self._pusher.finish()


def _open_pusher(options: argparse.Namespace) -> "BestPusher":
    """Ask for the rights, now and not after hours of training.

    Raises:
        HubError: where one may not push there, or the licence is none.
    """
    from seq2seq.publishing.background import BestPusher, push_command
    from seq2seq.publishing.licences import check_licence
    from seq2seq.publishing.push import plan_push

    licence = check_licence(options.push_license, options.push_to)
    plan_push(options.push_to, private=options.push_private)
    return BestPusher(
        Path(options.output),
        push_command(options.push_to, licence, private=options.push_private),
        lambda line: print(f"        {line}", flush=True),
        every_best=options.every_best,
    )
