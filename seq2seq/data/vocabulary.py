"""The four ids that mean the same in every tokenizer."""

from typing import Final

PAD_ID: Final = 0
UNKNOWN_ID: Final = 1
START_ID: Final = 2
END_ID: Final = 3
SPECIAL_TOKENS: Final = ("<pad>", "<unk>", "<s>", "</s>")
