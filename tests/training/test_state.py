"""The optimiser: every weight is learnt once, at the pace that suits it."""

import pytest

from seq2seq.config import ARCHITECTURE_NAMES, TOKEN_RATES, TrainingConfig
from seq2seq.training.state import make_optimizer, set_learning_rate


@pytest.mark.parametrize("ties", ["none", "target", "all"])
@pytest.mark.parametrize("architecture", ARCHITECTURE_NAMES)
def test_every_weight_is_in_one_group_and_rows_of_tokens_learn_at_their_own_rate(
    tiny_model, architecture, ties
):
    model = tiny_model(architecture=architecture, tie_embeddings=ties, vocabulary_size=37)
    optimizer = make_optimizer(model, TrainingConfig(weight_decay=0.5))
    set_learning_rate(optimizer, 0.25)
    group_of = {id(each): group for group in optimizer.param_groups for each in group["params"]}
    assert sum(len(group["params"]) for group in optimizer.param_groups) == len(group_of)
    assert group_of.keys() == {id(each) for each in model.parameters()}
    for parameter in model.parameters():
        group = group_of[id(parameter)]
        has_rows_of_tokens = parameter.shape[0] == 37 and parameter.dim() == 2
        assert group["lr"] == 0.25 * (TOKEN_RATES[architecture] if has_rows_of_tokens else 1)
        assert group["weight_decay"] == (0.5 if parameter.dim() > 1 else 0)
