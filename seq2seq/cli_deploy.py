"""The command `deploy`: the whole app to a Space, after a look at what goes there and what it costs."""

import argparse
import threading
from typing import TYPE_CHECKING

from seq2seq.cli_transfer import MEGABYTE, TransferLine, agrees, describe_upload, interrupts, is_terminal

if TYPE_CHECKING:  # the client takes half a second, and only a few commands need it
    from seq2seq.hub.rights import Rights
    from seq2seq.hub.space import Hardware
    from seq2seq.publishing.application import Application


def add_deploy(parser: argparse.ArgumentParser) -> None:
    """The flags of `deploy`."""
    parser.set_defaults(run=_run_deploy)
    parser.description = (
        "Put the app of this checkout on a Space with checkpoints, in one commit; deploying again updates it. "
        "The token is taken from HF_TOKEN or `hf auth login`. Asks before it deploys where there is a terminal; "
        "without one, hardware that costs money needs --yes."
    )
    parser.add_argument("space", metavar="OWNER/SPACE", help="it is made where it is not there")
    parser.add_argument(
        "--hardware",
        metavar="NAME",
        help="such as cpu-basic, zero-a10g or t4-small; by default what the Space has, or the Hub gives a new one",
    )
    parser.add_argument(
        "--checkpoint",
        action="append",
        default=[],
        metavar="FOLDER_OR_NAME",
        help="a model to show, as `push` takes it; more than once for several (default: the bundled ones)",
    )
    parser.add_argument("--private", action="store_true", help="make it one that only its owner sees")
    parser.add_argument("--dry-run", action="store_true", help="list every file and send nothing")
    parser.add_argument("--yes", action="store_true", help="do not ask, also where it costs money")


def _run_deploy(options: argparse.Namespace) -> int:
    from seq2seq.hub.names import HubName
    from seq2seq.hub.space import deploy_space, find_hardware, plan_space
    from seq2seq.publishing.application import collect_application

    name = HubName.parse(options.space).repository
    hardware = find_hardware(options.hardware) if options.hardware else None
    application = collect_application(options.checkpoint, hardware=hardware.name if hardware else "")
    rights = None if options.dry_run else plan_space(name)
    print(describe_deployment(name, application, rights, hardware, private=options.private))
    if rights is None:
        print("\n".join(sorted(application.files)))
        return 0
    if not _agreed(hardware, yes=options.yes):
        print("Nothing was deployed.")
        return 1
    stopping = threading.Event()
    with interrupts(stopping):
        uploaded = deploy_space(
            rights,
            application.files,
            hardware=hardware,
            private=options.private,
            progress=TransferLine(),
            should_stop=stopping.is_set,
        )
    print(describe_upload(uploaded) + ("" if uploaded.unchanged else "; the Hub builds it now"))
    return 0


def describe_deployment(
    name: str,
    application: "Application",
    rights: "Rights | None",
    hardware: "Hardware | None",
    *,
    private: bool,
) -> str:
    """What would be deployed, where to, and what that costs, in lines."""
    exists = rights is not None and rights.exists
    seen = "private" if (rights.private if rights is not None and exists else private) else "public"
    state = "" if rights is None else ", which is there" if exists else ", which will be made"
    lines = [f"To the Space {name}{state}: {seen}"]
    lines += [f"{size / MEGABYTE:>10.1f} MB  {part}" for part, size in application.sizes.items()]
    total = sum(application.sizes.values())
    lines.append(f"{total / MEGABYTE:>10.1f} MB  in {len(application.files)} files")
    if hardware is not None:
        lines.append(f"Hardware: {hardware.title} ({hardware.name}), which costs {hardware.price}")
    else:
        lines.append(f"Hardware: {'as it is' if exists else 'what the Hub gives to a new Space'}")
    return "\n".join(lines)


def _agreed(hardware: "Hardware | None", *, yes: bool) -> bool:
    """Whether the person agrees, who is asked only where there is a terminal.

    Raises:
        HubError: where it costs money, and nobody can be asked.
    """
    from seq2seq.hub.space import space_refusal

    if yes:
        return True
    paid = hardware if hardware is not None and hardware.is_paid else None
    if paid is None:
        return agrees("Deploy it?")
    if not is_terminal():
        raise space_refusal("space_costs", hardware=paid.name, price=paid.price)
    return agrees(f"It will cost {paid.price}. Deploy it?")
