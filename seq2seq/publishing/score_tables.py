"""The scores of a checkpoint as a card shows them, and as the Hub's ``model-index`` has them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from seq2seq.hub.card_header import Result

METRICS: Final = {"bleu": "BLEU", "chrf": "chrF", "ter": "TER"}
OTHER_SCORES: Final = {"exact_match": "exact match (%)", "loss": "loss (nats a token)", "pairs": "pairs"}
KIND_OF_TEST: Final = "parallel-text"
NOT_SCORED: Final = "Not scored yet."


def results_of(scores: Mapping[str, Any], datasets: Sequence[str] = ()) -> list[Result]:
    """Every BLEU, chrF and TER of the tests, or where there is none of the validation."""
    found = []
    for search, values, split in _rows(scores):
        for metric, name in METRICS.items():
            if isinstance(values.get(metric), int | float):
                found.append(
                    Result(
                        metric=metric,
                        name=f"{name} ({search})",
                        value=round(float(values[metric]), 2),
                        dataset=datasets[0] if datasets else KIND_OF_TEST,
                        dataset_name="Held-out test pairs" if split == "test" else "Validation pairs",
                        split=split,
                        arguments=_arguments(search, metric, values),
                    )
                )
    return found


def scores_section(scores: Mapping[str, Any]) -> str:
    """A row for each test, and below the table how the metrics were computed."""
    rows = list(_rows(scores))
    names = {**METRICS, **OTHER_SCORES}
    columns = [name for name in names if any(isinstance(row[1].get(name), int | float) for row in rows)]
    if not columns:
        return NOT_SCORED
    lines = [
        "| search | " + " | ".join(names[column] for column in columns) + " |",
        "|---" * (len(columns) + 1) + "|",
    ]
    for search, values, split in rows:
        cells = [_cell(values.get(column)) for column in columns]
        lines.append(
            f"| {search if split == 'test' else f'{search}, validation'} | " + " | ".join(cells) + " |"
        )
    notes = [_note(metric, name, rows) for metric, name in METRICS.items()]
    return "\n".join([*lines, "", *filter(None, notes)]).strip()


def _rows(scores: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], str]]:
    """Search, scores and split of each test, or else of the validation."""
    tests = scores.get("test")
    named = (
        {name: each for name, each in tests.items() if isinstance(each, Mapping)}
        if isinstance(tests, Mapping)
        else {}
    )
    for name, values in named.items():
        yield name, values, "test"
    if not named and isinstance(scores.get("validation"), Mapping):
        yield "greedy", scores["validation"], "validation"


def _arguments(search: str, metric: str, values: Mapping[str, Any]) -> dict[str, Any]:
    told = {"search": search, "pairs": values.get("pairs"), "signature": values.get(f"{metric}_signature")}
    return {name: value for name, value in told.items() if value is not None}


def _note(metric: str, name: str, rows: Sequence[tuple[str, Mapping[str, Any], str]]) -> str:
    signatures = {str(row[1][f"{metric}_signature"]) for row in rows if f"{metric}_signature" in row[1]}
    better = " (the lower the better)" if metric == "ter" else ""
    return "\n".join(f"- {name}{better}: sacrebleu `{signature}`" for signature in sorted(signatures))


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}"
    return f"{value:,}" if isinstance(value, int) else ""
