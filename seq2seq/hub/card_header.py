"""The header of a model card, read and written by the Hub's own client, so that the Hub takes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import yaml
from huggingface_hub import EvalResult, ModelCard, ModelCardData

TASK: Final = "translation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A score for the ``model-index`` of a card.

    Attributes:
        metric: the Hub's identifier, such as ``bleu``.
        name: what people call it.
        value: the score.
        dataset: the Hub's name of the test, or a word for what kind of test it is.
        dataset_name: what people call the test.
        split: which part of it.
        arguments: how it was computed: the signature, the search, the number of pairs.
    """

    metric: str
    name: str
    value: float
    dataset: str
    dataset_name: str
    split: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


def read_header(text: str) -> tuple[dict[str, Any], str]:
    """What the header of a card says, and the text below it.

    Raises:
        ValueError: when the header is not valid; the reason is one line.
    """
    try:
        card = ModelCard(text, ignore_metadata_errors=True)
    except (yaml.YAMLError, ValueError, TypeError) as problem:
        raise ValueError(" ".join(str(problem).split())[:200]) from problem
    values: dict[str, Any] = card.data.to_dict()  # type: ignore[no-untyped-call]
    return values, card.text.lstrip("\n")


def write_header(values: Mapping[str, Any], name: str, results: Sequence[Result]) -> str:
    """The lines from ``---`` to ``---`` with these values, and the results of the model called ``name``."""
    told = {key.replace("-", "_"): value for key, value in values.items() if key != "model-index"}
    scored = [
        EvalResult(
            task_type=TASK,
            dataset_type=result.dataset,
            dataset_name=result.dataset_name,
            dataset_split=result.split,
            metric_type=result.metric,
            metric_name=result.name,
            metric_value=result.value,
            metric_args=dict(result.arguments),
        )
        for result in results
    ]
    data = ModelCardData(**told, model_name=name if scored else None, eval_results=scored or None)
    return f"---\n{data.to_yaml()}\n---\n"
