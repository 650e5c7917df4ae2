"""A Space on the Hub: what its hardware costs, and putting an app there in one commit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from seq2seq.errors import HubError
from seq2seq.hub.changes import Progress
from seq2seq.hub.client import answers_within, open_hub, say_hub_errors
from seq2seq.hub.refusals import say
from seq2seq.hub.rights import PREFLIGHT_SECONDS, Rights, plan_upload
from seq2seq.hub.upload import Uploaded, upload

PRICES_PAGE: Final = "https://huggingface.co/pricing#spaces"
FREE: Final = ("cpu-basic", "zero-a10g")
"""Hardware that is not paid by the hour, though an account may have to be a paid one to use it."""
MARK: Final = "seq2seq/__init__.py"
"""The file by which a Space of ours is known."""
_OF_ANY_SPACE: Final = {".gitattributes", "README.md"}
_HOURS: Final = {"second": 3600.0, "minute": 60.0, "hour": 1.0}
SPACE_REFUSALS: Final[dict[str, tuple[str, str]]] = {
    "space_other_content": (
        "The Space {name} holds something else: it has {file}.",
        "Choose another name; nothing was changed.",
    ),
    "space_no_hardware": ("There is no hardware {hardware} for Spaces.", "Choose one of {known}."),
    "space_no_app": (
        "There is no {file} in {root}, so this is no checkout of the app.",
        "Clone the project and run this command there.",
    ),
    "space_costs": (
        "{hardware} costs {price}, and nobody can be asked whether that is meant.",
        "Add --yes to say so.",
    ),
    "space_same_name": ("Two of the checkpoints are called {name}.", "Rename the folder of one of them."),
}
"""Said on the command line only."""


def space_refusal(key: str, **values: Any) -> HubError:
    """The error of a key of `SPACE_REFUSALS`."""
    return say(SPACE_REFUSALS, key, values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardware:
    """What a Space may run on.

    Attributes:
        name: as the Hub calls it, such as ``t4-small``.
        title: as people call it.
        dollars_an_hour: None where the Hub does not say it.
    """

    name: str
    title: str
    dollars_an_hour: float | None

    @property
    def is_paid(self) -> bool:
        """Whether it costs by the hour, or may."""
        return self.name not in FREE and self.dollars_an_hour != 0

    @property
    def price(self) -> str:
        """What it costs, in words."""
        if not self.is_paid:
            return "nothing by the hour"
        if self.dollars_an_hour is None:
            return f"money (see {PRICES_PAGE})"
        return f"${self.dollars_an_hour:.2f} an hour while it runs"


def find_hardware(name: str, *, token: str | None = None) -> Hardware:
    """Hardware by its name, with its price where the Hub tells it.

    Raises:
        HubError: where the Hub has a list of hardware, and this is not on it.
    """
    try:
        with answers_within(PREFLIGHT_SECONDS), say_hub_errors("the list of hardware"):
            listed = open_hub(token).list_spaces_hardware()
    except HubError:
        return Hardware(name=name, title=name, dollars_an_hour=None)
    known = {each.name: each for each in listed}
    if name in known:
        each, hours = known[name], _HOURS.get(known[name].unit_label)
        price = None if hours is None else each.unit_cost_usd * hours
        return Hardware(name=name, title=each.pretty_name, dollars_an_hour=price)
    if name in FREE:
        return Hardware(name=name, title=name, dollars_an_hour=0.0)
    raise space_refusal(
        "space_no_hardware", hardware=repr(name[:40]), known=", ".join(sorted({*known, *FREE}))
    )


def plan_space(repository: str, *, token: str | None = None) -> Rights:
    """Ask whether the app may be put there; see `seq2seq.hub.rights.plan_upload`.

    Raises:
        HubError: where it may not, or another app is there.
    """
    rights = plan_upload(repository, "space", token=token)
    others = sorted(set(rights.files) - _OF_ANY_SPACE)
    if others and MARK not in rights.files:
        raise space_refusal("space_other_content", name=rights.repository, file=others[0][:80])
    return rights


def deploy_space(
    rights: Rights,
    files: Mapping[str, Path | bytes],
    *,
    hardware: Hardware | None = None,
    private: bool = False,
    token: str | None = None,
    progress: Progress = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Uploaded:
    """Make these files the whole app of a Space, in one commit, and then have it run on this hardware.

    Args:
        rights: what `plan_space` found.
        files: path in the Space, to a file here or its content; what else is in their folders is removed.
        hardware: None for what the Space has, or the Hub gives a new one.
        private: whether a Space that has to be made is seen by its owner only.
        token: see `seq2seq.hub.client.open_hub`.
        progress: told the bytes that were sent and those that will be.
        should_stop: asked as bytes go.

    Raises:
        HubError: in one sentence; its hint says in which state the Space is.
    """
    folders = sorted({path.split("/")[0] for path in files if "/" in path})
    uploaded = upload(
        rights.repository,
        files,
        kind="space",
        message="Deploy Seq2Seq Explorer",
        private=private,
        token=token,
        remove=[f"{folder}/*" for folder in folders],
        creation={"space_hardware": hardware.name} if hardware else None,
        rights=rights,
        progress=progress,
        should_stop=should_stop,
    )
    if hardware is not None and rights.exists:
        with say_hub_errors(rights.repository):
            open_hub(token).request_space_hardware(rights.repository, hardware.name)  # type: ignore[arg-type]
    return uploaded
