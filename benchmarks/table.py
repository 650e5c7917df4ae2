"""Measurements as a table: a row for each measure, a column for each system, ours beside the best peer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.settings import Measurement

OURS_NAME = "ours"
MISSING = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """How a measure is shown; ``target_factor`` over the best peer, or a plain ``limit``, is our aim."""

    label: str
    digits: int = 0
    higher_is_better: bool = True
    target_factor: float | None = None
    limit: float | None = None


def render_results(results: Mapping[str, Any]) -> str:
    """The whole results file as Markdown."""
    parts = [
        f"# Benchmarks, {results['date']}",
        _describe(results),
        "## Systems",
        render_table([Measurement(**values) for values in results["measurements"]]),
    ]
    if results["limits"]:
        parts += ["## Limits of the machine", _render_limits(results["limits"])]
    notes = [
        f"- {values['system']}, {describe(values['measure']).label}: {values['note']}"
        for values in results["measurements"]
        if values["note"]
    ]
    if notes:
        parts += ["## Notes", "\n".join(notes)]
    return "\n\n".join(parts) + "\n"


def render_table(measurements: Sequence[Measurement]) -> str:
    """The table of figures and ratios."""
    systems = list(dict.fromkeys(item.system for item in measurements))
    figures = {(item.measure, item.system): item.value for item in measurements}
    names = [name for name in MEASURES if any(item.measure == name for item in measurements)]
    names += sorted({item.measure for item in measurements} - set(MEASURES))
    rows = [["", *systems, "ours to the best peer", "target"]]
    for name in names:
        values = {system: figures.get((name, system)) for system in systems}
        measure = describe(name)
        cells = [_show(values[system], measure.digits) for system in systems]
        rows.append([measure.label, *cells, _show_ratio(measure, values), _show_target(measure)])
    head, *body = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([head, "|---" * len(rows[0]) + "|", *body])


def ratio(measure: Measure, values: Mapping[str, float | None]) -> float | None:
    """How many times better ours is than the best peer; above 1 is better, whatever the direction.

    None where ours or every peer is missing. Variants of ours are no peers.
    """
    ours = values.get(OURS_NAME)
    peers = [value for name, value in values.items() if not name.startswith(OURS_NAME) and value is not None]
    if ours is None or not peers:
        return None
    best = max(peers) if measure.higher_is_better else min(peers)
    worse, better = (best, ours) if measure.higher_is_better else (ours, best)
    return better / worse if worse > 0 else None


def describe(name: str) -> Measure:
    """How a measure is shown; one that no table knows is shown by its name."""
    return MEASURES.get(name) or _describe_quality(name)


def _describe_quality(name: str) -> Measure:
    if name.startswith("quality_"):
        minutes = name.removeprefix("quality_").removesuffix("_minutes")
        return Measure(label=f"test BLEU, beam 5, after {minutes} min", digits=1)
    return Measure(label=name.replace("_", " "), digits=1)


def _show(value: float | None, digits: int) -> str:
    return MISSING if value is None else f"{value:,.{digits}f}"


def _show_ratio(measure: Measure, values: Mapping[str, float | None]) -> str:
    if measure.label.startswith("share"):
        return ""
    factor = ratio(measure, values)
    return "" if factor is None else f"{factor:.2f} ×"


def _show_target(measure: Measure) -> str:
    if measure.target_factor is not None:
        return f"≥ {measure.target_factor:g} ×"
    return "" if measure.limit is None else f"≤ {measure.limit:g}"


def _render_limits(limits: Mapping[str, float]) -> str:
    rows = [f"| {name.replace('_', ' ')} | {value:,.4g} |" for name, value in limits.items()]
    return "\n".join(["| limit | measured |", "|---|---|", *rows])


def _describe(results: Mapping[str, Any]) -> str:
    machine = results["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in results["versions"].items())
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gigabytes']} GB; "
        f"{machine['system']}; Python {machine['python']}. {versions}.\n\n"
        f"`{results['command']}`"
    )


MEASURES: dict[str, Measure] = {
    "training": Measure(label="training, target tokens/s", target_factor=4),
    "training_share": Measure(label="share of the fastest matrix product, %", digits=1),
    "single_greedy": Measure(
        label="batch 1, greedy, ms a sentence", digits=2, higher_is_better=False, target_factor=4
    ),
    "single_greedy_step": Measure(
        label="batch 1, greedy, ms a step", digits=3, higher_is_better=False, limit=0.4
    ),
    "single_greedy_step_share": Measure(label="share of a step that reading its weights takes, %", digits=1),
    "single_beam": Measure(
        label="batch 1, beam 5, ms a sentence", digits=2, higher_is_better=False, target_factor=5
    ),
    "single_beam_step": Measure(label="batch 1, beam 5, ms a step", digits=3, higher_is_better=False),
    "single_beam_step_share": Measure(
        label="share of a beam step that reading its weights takes, %", digits=1
    ),
    "fixed_single_greedy": Measure(
        label="batch 1, greedy, ms for 10 tokens", digits=2, higher_is_better=False, target_factor=4
    ),
    "fixed_single_greedy_step": Measure(
        label="batch 1, greedy, 10 tokens, ms a step", digits=3, higher_is_better=False, limit=0.4
    ),
    "fixed_single_beam": Measure(
        label="batch 1, beam 5, ms for 10 tokens", digits=2, higher_is_better=False, target_factor=5
    ),
    "fixed_single_beam_step": Measure(
        label="batch 1, beam 5, 10 tokens, ms a step", digits=3, higher_is_better=False
    ),
    "trace_greedy": Measure(label="share of the trace, greedy, %", digits=1, limit=15),
    "trace_beam": Measure(label="share of the trace, beam 5, %", digits=1, limit=15),
    "batch_greedy": Measure(label="batch 64, greedy, tokens/s", target_factor=4),
    "batch_beam": Measure(label="batch 64, beam 5, tokens/s", target_factor=4),
    "fixed_batch_greedy": Measure(label="batch 64, greedy, 10 tokens each, tokens/s", target_factor=4),
    "fixed_batch_beam": Measure(label="batch 64, beam 5, 10 tokens each, tokens/s", target_factor=4),
    "page_answer": Measure(label="start of the app to its first page, s", digits=2, limit=8),
    "page_drawn": Measure(label="start of the app to a drawn page, s", digits=2),
    "page_first_token": Measure(label="first translation: click to first token, ms", limit=300),
    "page_first_translation": Measure(label="first translation: click to the end, ms"),
    "page_later_token": Measure(label="later translation: click to first token, ms"),
    "page_later_translation": Measure(label="later translation: click to the end, ms"),
    "page_memory": Measure(label="resident memory idle, MB", limit=700),
    "page_memory_used": Measure(label="resident memory after two translations, MB"),
    "live_first_picture": Measure(label="live view: click to the first picture, ms", limit=100),
    "live_pictures_per_second": Measure(label="live view: pictures a second, ≥ 50 wanted"),
    "live_slow_lag": Measure(label="live view: behind on 2 Mbit/s, ms", limit=1000),
    "live_large_trace": Measure(label="live view: a trace of beam 20 and 60 tokens, kB", limit=1000),
    "live_watchers_served": Measure(label="live view: watchers of 24 at once who see all of it"),
    "live_watchers_seconds": Measure(label="live view: seconds until all of them do", digits=1),
    "tune_better": Measure(
        label="fine-tuning in the page: start to a better score, s",
        digits=1,
        higher_is_better=False,
        limit=60,
    ),
    "tune_gain": Measure(label="fine-tuning in the page: held-out BLEU gained by then", digits=1),
    "tune_answer": Measure(label="page beside it: a translation by the API, ms (median)", limit=1000),
    "tune_answer_worst": Measure(label="page beside it: a translation by the API, ms (worst)", limit=1000),
    "tune_first_token": Measure(label="page beside it: click to first token, ms (median)"),
    "doctor_seconds": Measure(
        label="data doctor: 1 million pairs of TSV, s", digits=1, higher_is_better=False, limit=60
    ),
    "doctor_memory": Measure(label="data doctor: peak memory, MB", higher_is_better=False, limit=2000),
}
