"""Operations on attention: what someone changes in where a model looks, to see what that does.

An edit is a number added to the energies in front of the softmax, so that the weights still sum to 1 and the
rest of the network takes its course. It acts on all layers and heads.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from seq2seq.decoding.trace import FloatArray
from seq2seq.errors import InputError

EDIT_KINDS: Final = ("knock_out", "pin", "scale")
BLOCKED: Final = -1e4
"""What is added to the energy of a position that nothing may see; softmax makes 0 of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionEdit:
    """One operation on the attention to one source position.

    Attributes:
        kind: knock_out gives the position no weight, pin all of it (several pins share it), scale multiplies
            its weight before the weights are normalised again.
        position: of the source token, from 0.
        step: of the target token, from 0; None is every step.
        factor: of scale, above 0.
    """

    kind: str
    position: int
    step: int | None = None
    factor: float = 1.0


def check_edits(edits: Sequence[AttentionEdit], source_length: int) -> None:
    """Refuse edits that cannot be.

    Raises:
        InputError: for an unknown kind, a position or step that is not there, or a factor that is not above 0.
    """
    for edit in edits:
        if edit.kind not in EDIT_KINDS:
            raise InputError(
                f"There is no attention edit {edit.kind!r}.", f"Choose one of {', '.join(EDIT_KINDS)}."
            )
        if not 0 <= edit.position < source_length:
            raise InputError(
                f"The source has {source_length} tokens, and there is none at position {edit.position}.",
                "Choose a position of this source.",
                key="no_source_position",
                values={"length": source_length, "position": edit.position},
            )
        if edit.step is not None and edit.step < 0:
            raise InputError(f"There is no step {edit.step}.", "Count steps from 0.")
        if not 0 < edit.factor < math.inf:
            raise InputError(
                f"Attention cannot be scaled by {edit.factor:g}.", "Take a factor above 0, or a knock-out."
            )


def bias_at(edits: Sequence[AttentionEdit], step: int, source_length: int) -> FloatArray | None:
    """What the edits add to the energies of a step, float32 [S]; None where they leave it alone.

    Raises:
        InputError: when they leave nothing to look at.
    """
    active = [edit for edit in edits if edit.step is None or edit.step == step]
    if not active:
        return None
    bias, pins = np.zeros(source_length, np.float32), [edit.position for edit in active if edit.kind == "pin"]
    if pins:
        bias[np.setdiff1d(np.arange(source_length), pins)] = BLOCKED
    for edit in active:
        if edit.kind == "scale":
            bias[edit.position] += math.log(edit.factor)
        elif edit.kind == "knock_out":
            bias[edit.position] = BLOCKED
    if (bias <= BLOCKED / 2).all():
        raise InputError(
            "The attention edits leave no source token to look at.",
            "Take one of them back.",
            key="nothing_to_look_at",
        )
    return bias


def check_obeyed(attention: FloatArray, bias: FloatArray, step: int) -> None:
    """Check that attention [R,L,H,S] of a step is 0 where the bias [S] blocks it.

    A model with a local window looks at blocked positions all the same when its window holds no others.

    Raises:
        InputError: when it does.
    """
    if attention.size and attention[..., bias <= BLOCKED / 2].any():
        raise InputError(
            f"At step {step + 1} this model's attention window holds only source tokens that are knocked out.",
            "Take one of the edits back.",
            key="window_knocked_out",
            values={"step": step + 1},
        )
