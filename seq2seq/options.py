"""How to search for a translation: every setting of decoding exactly once, as in `seq2seq.config`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from seq2seq.settings import Settings, setting

METHOD_NAMES = ("greedy", "beam", "sampling", "diverse_beam")
METHODS_OF_SETTINGS = {
    "beam_width": ("beam", "diverse_beam"),
    "length_penalty": ("beam", "diverse_beam"),
    "coverage_penalty": ("beam", "diverse_beam"),
    "beam_groups": ("diverse_beam",),
    "diversity": ("diverse_beam",),
    "temperature": ("sampling",),
    "top_k": ("sampling",),
    "top_p": ("sampling",),
}
"""Settings of `DecodingOptions` that mean something for some methods only."""


def settings_for_method(method: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values without those of settings that mean nothing for a method."""
    return {
        name: value for name, value in values.items() if method in METHODS_OF_SETTINGS.get(name, {method})
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodingOptions(Settings):
    """How to search for a translation."""

    method: str = setting("beam", "How the next token is chosen.", choices=METHOD_NAMES)
    beam_width: int = setting(
        5, "Beam: hypotheses kept at every step.", unit="hypotheses", minimum=1, maximum=50
    )
    length_penalty: float = setting(
        1.0,
        "Beam: alpha of Wu 2016 (arXiv:1609.08144, equation 14); 0 ranks by plain log-probability.",
        minimum=0.0,
        maximum=5.0,
    )
    coverage_penalty: float = setting(
        0.0,
        "Beam: beta of Wu 2016 (arXiv:1609.08144, equation 14), against source words that got no attention.",
        minimum=0.0,
        maximum=5.0,
    )
    beam_groups: int = setting(
        5,
        "Diverse beam: groups that share the beam and avoid each other's tokens "
        "(Vijayakumar 2016, arXiv:1610.02424).",
        unit="groups",
        minimum=1,
        maximum=50,
    )
    diversity: float = setting(
        0.5,
        "Diverse beam: what a token loses for each earlier group that takes it at the same step.",
        unit="nats",
        minimum=0.0,
        maximum=10.0,
    )
    temperature: float = setting(
        1.0, "Sampling: above 1 flattens the distribution, below 1 sharpens it.", minimum=0.01, maximum=10.0
    )
    top_k: int = setting(
        0, "Sampling: only the k likeliest tokens; 0 takes all.", unit="tokens", minimum=0, maximum=200_000
    )
    top_p: float = setting(
        1.0, "Sampling: only the likeliest tokens that make up this probability.", minimum=0.01, maximum=1.0
    )
    repetition_penalty: float = setting(
        1.0,
        "Factor on the log-probability of tokens that were said before (Keskar 2019, arXiv:1909.05858, "
        "section 4.1); 1 does nothing.",
        minimum=1.0,
        maximum=10.0,
    )
    no_repeat_ngram: int = setting(
        0,
        "No run of so many tokens comes twice (Paulus 2017, arXiv:1705.04304, section 2.5); 0 allows all.",
        unit="tokens",
        minimum=0,
        maximum=20,
    )
    minimum_length: int = setting(
        0, "Tokens before the end token is allowed.", unit="tokens", minimum=0, maximum=1000
    )
    maximum_length: int = setting(
        0,
        "Tokens after which a translation is cut; 0 takes twice the source plus 10.",
        unit="tokens",
        minimum=0,
        maximum=1000,
    )
    n_best: int = setting(
        1, "Translations returned for a source.", unit="translations", minimum=1, maximum=50
    )
    candidates: int = setting(
        10, "Alternatives kept in the trace at every step.", unit="tokens", minimum=1, maximum=100
    )
    seed: int = setting(1, "Seed of sampling.", minimum=0, maximum=2**31 - 1)

    def _contradictions(self) -> list[str]:
        problems = []
        if self.maximum_length and self.minimum_length > self.maximum_length:
            problems.append(
                f"minimum_length ({self.minimum_length}) is above maximum_length ({self.maximum_length})."
            )
        for item in self.settings():
            methods, value = METHODS_OF_SETTINGS.get(item.name, ()), getattr(self, item.name)
            if methods and self.method not in methods and value != item.default:
                problems.append(
                    f"{item.name} ({value:g}) does nothing when the method is {self.method}: "
                    f"leave it at {item.default:g} or choose {' or '.join(methods)}."
                )
        if self.method == "diverse_beam" and self.beam_width % self.beam_groups:
            problems.append(
                f"beam_width ({self.beam_width}) is not a multiple of beam_groups ({self.beam_groups}): "
                "all groups have the same width."
            )
        if "beam" in self.method and self.n_best > self.beam_width:
            problems.append(
                f"n_best ({self.n_best}) is above beam_width ({self.beam_width}): a beam holds no more."
            )
        if self.method == "greedy" and self.n_best > 1:
            problems.append(f"greedy decoding has one result, and n_best is {self.n_best}.")
        return problems
