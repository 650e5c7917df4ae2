"""The command `push`: a checkpoint to the Hugging Face Hub, after a look at exactly what would be there."""

import argparse
import threading
from typing import TYPE_CHECKING

from seq2seq.cli_transfer import MEGABYTE, TransferLine, agrees, describe_upload, interrupts

if TYPE_CHECKING:  # the client takes half a second, and only pushing needs it
    from seq2seq.hub.rights import Rights
    from seq2seq.publishing.publication import Publication, Wishes


def add_push(parser: argparse.ArgumentParser) -> None:
    """The flags of `push`."""
    parser.set_defaults(run=_run_push)
    parser.description = (
        "Push a checkpoint with a model card, in one commit; pushing again updates it. Never published: training "
        "text, snapshots, events, paths of this machine, tokens. The token is taken from HF_TOKEN or `hf auth "
        "login`. Asks before it pushes where there is a terminal."
    )
    parser.add_argument(
        "checkpoint", help="a folder, the name of a bundled checkpoint or of a run, or OWNER/NAME"
    )
    parser.add_argument("repository", metavar="OWNER/REPO", help="where to; it is made where it is not there")
    parser.add_argument("--private", action="store_true", help="make it one that only its owner sees")
    parser.add_argument(
        "--license", default="", metavar="ID", help="such as apache-2.0; by default its card's"
    )
    parser.add_argument(
        "--summary", default="", metavar="TEXT", help="Markdown: what the model does, for whom"
    )
    parser.add_argument("--data", default="", metavar="TEXT", help="Markdown: what it was trained on")
    parser.add_argument(
        "--dataset", action="append", default=[], metavar="OWNER/NAME", help="likewise, on the Hub"
    )
    parser.add_argument("--example", default="", metavar="TEXT", help="a sentence for the card's picture")
    parser.add_argument("--message", default="", metavar="TEXT", help="title of the commit")
    parser.add_argument("--with-general-test", action="store_true", help="publish its general_test.tsv too")
    parser.add_argument("--dry-run", action="store_true", help="show all, with the card, and send nothing")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def _run_push(options: argparse.Namespace) -> int:
    from seq2seq.publishing.places import find_checkpoint
    from seq2seq.publishing.publication import prepare_publication
    from seq2seq.publishing.push import plan_push, push_publication

    folder = find_checkpoint(options.checkpoint)
    rights = None if options.dry_run else plan_push(options.repository, private=options.private)
    publication = prepare_publication(folder, _wishes(options))
    print(describe_publication(publication, rights, private=options.private))
    if rights is None:
        print(f"\n{publication.card}", end="")
        return 0
    if not (options.yes or agrees("Push it?")):
        print("Nothing was pushed.")
        return 1
    stopping = threading.Event()
    with interrupts(stopping):
        uploaded = push_publication(
            publication,
            rights=rights,
            private=options.private,
            message=options.message,
            progress=TransferLine(),
            should_stop=stopping.is_set,
        )
    print(describe_upload(uploaded))
    return 0


def _wishes(options: argparse.Namespace) -> "Wishes":
    from seq2seq.publishing.publication import Wishes

    return Wishes(
        repository=options.repository,
        licence=options.license,
        summary=options.summary,
        data=options.data,
        datasets=tuple(options.dataset),
        example=options.example,
        general_test=options.with_general_test,
    )


def describe_publication(publication: "Publication", rights: "Rights | None", *, private: bool) -> str:
    """What would be published, and where to, in lines."""
    seen = "private" if (rights.private if rights and rights.exists else private) else "public"
    state = ""
    if rights is not None:
        state = ", which is there" if rights.exists else ", which will be made"
    lines = [f"To {publication.repository}{state}: {seen}, licence {publication.licence}"]
    lines += [f"{size:>14,}  {name}" for name, size in publication.sizes.items()]
    lines.append(f"{publication.total_bytes / MEGABYTE:.1f} MB in {len(publication.files)} files")
    if publication.left_out:
        lines.append(f"Not published: {', '.join(publication.left_out)}")
    return "\n".join(lines)
