"""What visitors of one desk may use of it: size, time and number; each limit can be set in the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from seq2seq.errors import ConfigError
from seq2seq.settings import Setting, Settings, setting

MEGABYTE: Final = 1_000_000
VARIABLE_PREFIX: Final = "SEQ2SEQ_"
_WAYS_TO_SAY_YES: Final = ("1", "true", "yes")
_WAYS_TO_SAY_NO: Final = ("0", "false", "no", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas(Settings):
    """The limits of a desk that strangers share; 0 sets none, but an upload or a pull always has one."""

    upload_megabytes: float = setting(
        50.0, "Largest file that is uploaded.", unit="MB", minimum=0.1, maximum=10_000.0
    )
    data_megabytes: float = setting(
        20.0, "Largest text of a run's training and held-out pairs.", unit="MB", minimum=0.0, maximum=1e6
    )
    pairs: int = setting(
        200_000,
        "Most pairs of a run, held-out ones included.",
        unit="pairs",
        minimum=0,
        maximum=1_000_000_000,
    )
    run_minutes: float = setting(
        60.0,
        "Longest training of a run, its resumed parts together.",
        unit="minutes",
        minimum=0.0,
        maximum=1e5,
    )
    runs_of_owner: int = setting(
        5, "Most runs kept for one owner.", unit="runs", minimum=0, maximum=1_000_000
    )
    queued_runs: int = setting(
        20, "Most runs that wait, of all owners together.", unit="runs", minimum=0, maximum=1_000_000
    )
    disk_megabytes: float = setting(
        10_000.0, "Most disk for all runs; above it none begins.", unit="MB", minimum=0.0, maximum=1e9
    )
    pull_megabytes: float = setting(
        500.0, "Largest model that is pulled.", unit="MB", minimum=0.1, maximum=1e6
    )
    models_megabytes: float = setting(
        5_000.0,
        "Most disk for pulled models; the one that was pulled first goes when there is a new one.",
        unit="MB",
        minimum=0.0,
        maximum=1e9,
    )
    requests_of_visitor: int = setting(
        24, "Most requests of one visitor that run or wait.", unit="requests", minimum=0, maximum=1_000_000
    )
    memory_megabytes: float = setting(
        0.0, "Most memory of a run, on Linux.", unit="MB", minimum=0.0, maximum=1e9
    )
    stop_seconds: float = setting(
        60.0,
        "How long a run that is stopped may take to validate and keep its snapshot before it is ended.",
        unit="seconds",
        minimum=0.0,
        maximum=86_400.0,
    )

    @property
    def upload_bytes(self) -> int:
        """The largest upload."""
        return int(self.upload_megabytes * MEGABYTE)

    @property
    def pull_bytes(self) -> int:
        """The largest model that is pulled."""
        return int(self.pull_megabytes * MEGABYTE)

    @property
    def models_bytes(self) -> int:
        """What all pulled models may take together; 0 is no limit."""
        return int(self.models_megabytes * MEGABYTE)


NO_LIMITS: Final = Quotas(
    upload_megabytes=200.0,
    data_megabytes=0.0,
    pairs=0,
    run_minutes=0.0,
    runs_of_owner=0,
    queued_runs=0,
    disk_megabytes=0.0,
    pull_megabytes=2_000.0,
    models_megabytes=0.0,
    requests_of_visitor=0,
)
"""For one's own machine."""


def variable_of(setting: Setting) -> str:
    """The environment variable that sets a limit."""
    return f"{VARIABLE_PREFIX}{setting.name.upper()}"


def is_shared(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether strangers share this server: a Space, unless ``SEQ2SEQ_SHARED`` says otherwise.

    Raises:
        ConfigError: when that is neither true nor false.
    """
    said = environment.get(f"{VARIABLE_PREFIX}SHARED")
    if said is None:
        return environment.get("SPACE_ID", "") != ""
    word = said.strip().lower()
    if word not in (*_WAYS_TO_SAY_YES, *_WAYS_TO_SAY_NO):
        raise ConfigError([f"{VARIABLE_PREFIX}SHARED is {said!r}."], "Set it to true or false.")
    return word in _WAYS_TO_SAY_YES


def quotas_of(environment: Mapping[str, str] = os.environ, *, shared: bool) -> Quotas:
    """The limits of a server: those of a shared desk or of one's own machine, but where the environment sets them.

    Raises:
        ConfigError: naming every variable that is no number or out of bounds.
    """
    changes, problems = dict[str, Any](), []
    for limit in Quotas.settings():
        name = variable_of(limit)
        words = environment.get(name, "").strip()
        if not words:
            continue
        try:
            changes[limit.name] = limit.type(words)
        except ValueError:
            kind = "a whole number" if limit.type is int else "a number"
            problems.append(f"{name} is {words[:40]!r}, and it must be {kind}.")
            continue
        if problem := limit.problem_with(changes[limit.name]):
            problems.append(problem.replace(limit.name, name, 1))
    if problems:
        raise ConfigError(problems, "Correct it, or leave it out.")
    return replace(Quotas() if shared else NO_LIMITS, **changes)
