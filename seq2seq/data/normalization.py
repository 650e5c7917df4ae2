"""What happens to text before it is split into tokens.

SentencePiece's own default (nmt_nfkc) rewrites ordinary text for good: "…" becomes "...", full-width and
superscript characters lose their form. We use its identity rule instead and do less ourselves: NFC, white
space folded to single spaces, invisible characters dropped, and rare look-alikes folded into the common form.

The last is learned from the training text. A phone types ``don’t`` where a corpus has ``don't`` in 99 of 100
cases; a model cannot learn from the hundredth. So a typographic variant that is less than 5 % as frequent as
its plain form is folded, and a corpus that does write ``’`` keeps it. Text in this normal form comes back
from SentencePiece with byte fallback exactly as it was.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final, Self

_PLAIN_FORMS: Final = {
    "’": "'", "‘": "'", "ʼ": "'", "′": "'", "‛": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
    "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-",
}  # fmt: skip
_FOLD_BELOW: Final = 0.05
_JOINER: Final = "￭"
_SPACE_MARK: Final = "▁"
# Soft hyphen, zero-width space, word joiner and byte-order mark carry no text; the two marks are ours.
_ALWAYS: Final = {"\u00ad": "", "\u200b": "", "\u2060": "", "\ufeff": "", _SPACE_MARK: "_", _JOINER: "■"}
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


class Normalizer:
    """Brings text into the form that a tokenizer was trained on.

    Args:
        folds: typographic characters and the plain form they are replaced with, beyond what is always done.
    """

    __slots__ = ("_table", "folds")

    def __init__(self, folds: Mapping[str, str] | None = None) -> None:
        self.folds = dict(folds or {})
        self._table = str.maketrans(_ALWAYS | self.folds)

    @classmethod
    def learn(cls, texts: Iterable[str]) -> Self:
        """Fold the variants that are rare, against their plain form, in these texts."""
        counts: Counter[str] = Counter()
        for text in texts:
            counts.update(text)
        folds = {
            variant: plain
            for variant, plain in _PLAIN_FORMS.items()
            if counts[variant] < _FOLD_BELOW * counts[plain]
        }
        return cls(folds)

    def normalize(self, text: str) -> str:
        """The text in normal form; doing it twice changes nothing more."""
        if not text.isascii():
            text = unicodedata.normalize("NFC", text.translate(self._table))
        return " ".join(_UNWRITABLE.sub(" ", text).split())
