"""Pulling a stranger's checkpoint: nothing is read that was not announced, and nothing kept that does not load.

First the list of files with their sizes, then the small files, which must be of a checkpoint of ours, then the
weights; all at one commit, into a draft that nobody sees. Only files that a checkpoint of ours has are asked for.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Self

from huggingface_hub import HfApi

from seq2seq.checkpoints import (
    CARD_FILE,
    CONFIG_FILE,
    FORMAT,
    GENERAL_TEST_FILE,
    SCORES_FILE,
    WEIGHTS_FILE,
    load_checkpoint,
    read_info,
)
from seq2seq.errors import CheckpointError, HubError
from seq2seq.hub.client import ANSWER_SECONDS, open_hub, say_hub_errors
from seq2seq.hub.names import HubName
from seq2seq.hub.refusals import refusal
from seq2seq.hub.store import ModelStore, PulledModel
from seq2seq.stored_files import LARGEST_JSON_BYTES, read_json

LARGEST_PULL_BYTES: Final = 2_000_000_000
TOKENIZER_FILES: Final = tuple(
    f"{side}_tokenizer/{name}"
    for side in ("source", "target")
    for name in ("tokenizer.json", "sentencepiece.model")
)
NEEDED: Final = (
    CONFIG_FILE,
    "source_tokenizer/tokenizer.json",
    "target_tokenizer/tokenizer.json",
    WEIGHTS_FILE,
)
PULLED: Final = (CONFIG_FILE, *TOKENIZER_FILES, SCORES_FILE, CARD_FILE, GENERAL_TEST_FILE, WEIGHTS_FILE)
"""All that is ever asked for, the weights last."""
_NOT_THERE: Final = ("hub_unreachable", "hub_offline")
_NOT_FILES_OF_A_MODEL: Final = {".gitattributes", CARD_FILE}


@dataclass(frozen=True, slots=True, kw_only=True)
class PullPlan:
    """What would be pulled.

    Attributes:
        commit: that the revision stands for.
        sizes: bytes of each file, in the order in which they come.
        others: how many files of the repository are left where they are.
        private: whether not everyone may see it.
    """

    name: HubName
    commit: str
    sizes: dict[str, int]
    others: int
    private: bool

    @property
    def total_bytes(self) -> int:
        """Of all files."""
        return sum(self.sizes.values())


Progress = Callable[[int, int], None]


def plan_pull(name: HubName, *, token: str | None = None, limit_bytes: int = LARGEST_PULL_BYTES) -> PullPlan:
    """Ask what a repository holds, without any of its files.

    Args:
        name: the repository and its revision.
        token: see `open_hub`.
        limit_bytes: the most that is pulled.

    Raises:
        HubError: where there is no such model, it is none of ours, too large, or the Hub says no.
    """
    hub = open_hub(token)
    try:
        with say_hub_errors(str(name), name.revision):
            info = hub.model_info(
                name.repository, revision=name.revision, files_metadata=True, timeout=ANSWER_SECONDS
            )
    except HubError as problem:
        if problem.key == "hub_not_found" and _is_dataset(hub, name):
            raise refusal("hub_is_dataset", name=str(name)) from problem
        raise
    listed = {file.rfilename: file.size for file in info.siblings or ()}
    _check_names(name, listed, info.library_name)
    sizes = {}
    for file in PULLED:
        if file in listed:
            sizes[file] = _checked_size(name, file, listed[file])
    if sum(sizes.values()) > limit_bytes:
        raise refusal(
            "hub_too_large", name=str(name), megabytes=sum(sizes.values()) / 1e6, limit=limit_bytes / 1e6
        )
    hidden = bool(info.private or info.gated)
    return PullPlan(
        name=name, commit=str(info.sha), sizes=sizes, others=len(listed) - len(sizes), private=hidden
    )


def _is_dataset(hub: HfApi, name: HubName) -> bool:
    try:
        with say_hub_errors(str(name)):
            hub.dataset_info(name.repository, timeout=ANSWER_SECONDS)
    except HubError:
        return False
    return True


def _check_names(name: HubName, listed: dict[str, int | None], library: str | None) -> None:
    if not set(listed) - _NOT_FILES_OF_A_MODEL:
        raise refusal("hub_empty", name=str(name))
    missing = [file for file in NEEDED if file not in listed]
    if missing and library and library != FORMAT:
        raise refusal("hub_transformers", name=str(name), library=library[:50])
    if missing:
        raise refusal("hub_not_ours", name=str(name), missing=missing[0])


def _checked_size(name: HubName, file: str, size: int | None) -> int:
    if size is None or size < 0:
        raise refusal("hub_no_size", name=str(name), file=file)
    if file.endswith(".json") and size > LARGEST_JSON_BYTES * 4:
        raise refusal(
            "hub_too_large", name=f"{name}: {file}", megabytes=size / 1e6, limit=LARGEST_JSON_BYTES * 4 / 1e6
        )
    return size


def pull(
    name: HubName,
    store: ModelStore | None = None,
    *,
    token: str | None = None,
    limit_bytes: int = LARGEST_PULL_BYTES,
    store_bytes: int = 0,
    public_only: bool = False,
    progress: Progress = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> PulledModel:
    """Pull a checkpoint; one that is here at the commit that the revision now stands for is not pulled again.

    Nor is one that is here while the Hub cannot be reached; it says so.

    Args:
        name: the repository and its revision.
        store: where it goes.
        token: see `open_hub`.
        limit_bytes: the most that is pulled.
        store_bytes: what all pulled models may take together, the oldest go for a new one; 0 is no limit.
        public_only: refuse what not everyone may see.
        progress: told the bytes that came and those that will.
        should_stop: asked as bytes come; where it says yes, pulling ends and nothing is kept.

    Raises:
        HubError: in one sentence, whatever goes wrong; then nothing is kept of it, and what was here stays.
    """
    store = store or ModelStore()
    known = store.find(name)
    try:
        plan = plan_pull(name, token=token, limit_bytes=limit_bytes)
    except HubError as problem:
        if known is None or problem.key not in _NOT_THERE or (known.private and public_only):
            raise
        return replace(known, unasked=True)
    if plan.private and public_only:
        raise refusal("hub_private_here", name=str(name))
    if known is not None and known.commit == plan.commit:
        progress(plan.total_bytes, plan.total_bytes)
        return known
    with store.draft(name) as draft:
        meter = _Meter(plan, progress, should_stop)
        hub = open_hub(token)
        checkpoint = draft / "checkpoint"
        for file in plan.sizes:
            _fetch(hub, plan, file, draft / "parts", checkpoint, meter)
            if file == CONFIG_FILE:
                _check_config(plan, checkpoint)
        _say_damage(plan, checkpoint, lambda: load_checkpoint(checkpoint))
        meter.look()
        if store_bytes:
            store.make_room(name, plan.total_bytes, store_bytes)
        return store.keep(name, plan.commit, checkpoint, private=plan.private)


def _fetch(hub: HfApi, plan: PullPlan, file: str, parts: Path, checkpoint: Path, meter: "_Meter") -> None:
    """One file, put among the checkpoint's when it is a plain file of the announced size."""
    meter.begin(file)
    with say_hub_errors(str(plan.name), plan.commit):
        got = hub.hf_hub_download(
            plan.name.repository,
            file,
            revision=plan.commit,
            local_dir=parts,
            etag_timeout=ANSWER_SECONDS,
            tqdm_class=meter.bar,
        )
    path = Path(got)
    if path != parts / file or path.is_symlink() or path.stat().st_size != plan.sizes[file]:
        raise refusal("hub_lies", name=str(plan.name), file=file)
    place = checkpoint / file
    place.parent.mkdir(parents=True, exist_ok=True)
    path.rename(place)


def _check_config(plan: PullPlan, checkpoint: Path) -> None:
    """Tell a model of another library from a damaged one, before its weights are asked for."""
    try:
        values = read_json(checkpoint / CONFIG_FILE)
    except CheckpointError:
        values = {}
    if values.get("format") != FORMAT and {"model_type", "architectures"} & values.keys():
        raise refusal("hub_transformers", name=str(plan.name), library="transformers")
    _say_damage(plan, checkpoint, lambda: read_info(checkpoint))


def _say_damage(plan: PullPlan, checkpoint: Path, look: Callable[[], Any]) -> None:
    try:
        look()
    except CheckpointError as problem:
        reason = str(problem).replace(f"{checkpoint}/", "").replace(str(checkpoint), str(plan.name))
        raise refusal("hub_damaged", name=str(plan.name), reason=reason) from problem


class _Meter:
    """Counts the bytes that come; ends what sends more than it said, and what is to stop."""

    def __init__(self, plan: PullPlan, progress: Progress, should_stop: Callable[[], bool]) -> None:
        self._plan, self._progress, self._should_stop = plan, progress, should_stop
        self._order: Sequence[str] = tuple(plan.sizes)
        self._before = self._of_file = 0
        self._file = ""

    def begin(self, file: str) -> None:
        """The next file comes."""
        self._file, self._of_file = file, 0
        self._before = sum(self._plan.sizes[each] for each in self._order[: self._order.index(file)])
        self.look()

    def add(self, count: float) -> None:
        """So many more bytes came, or fewer where some are sent again."""
        self._of_file += int(count)
        if self._of_file > self._plan.sizes[self._file]:
            raise refusal("hub_lies", name=str(self._plan.name), file=self._file)
        self.look()

    def look(self) -> None:
        """Tell how far it is, or end here where that is wished."""
        if self._should_stop():
            raise refusal("hub_stopped", name=str(self._plan.name))
        self._progress(self._before + self._of_file, self._plan.total_bytes)

    @property
    def bar(self) -> Any:
        """What the client takes for the class of a progress bar."""
        meter = self

        class Bar:
            def __init__(self, *_: object, **__: object) -> None:
                return

            def __enter__(self) -> Self:
                return self

            def __exit__(self, *_: object) -> None:
                return

            def update(self, count: float | None = 1) -> None:
                meter.add(count or 0)

            def close(self) -> None:
                return

        return Bar
