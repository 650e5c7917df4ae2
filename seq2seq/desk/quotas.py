"""What visitors of one desk may use of it: size, time and number."""

from dataclasses import dataclass
from typing import Final

from seq2seq.settings import Settings, setting

MEGABYTE: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas(Settings):
    """The limits of a desk that strangers share; 0 sets no limit."""

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


NO_LIMITS: Final = Quotas(
    data_megabytes=0.0, pairs=0, run_minutes=0.0, runs_of_owner=0, queued_runs=0, disk_megabytes=0.0
)
"""For one's own machine."""
