import pytest
from reversal import reversal_pairs
from tiny_translators import SETTINGS, make_corpus, make_translator


@pytest.fixture(scope="session", params=list(SETTINGS))
def translator(request):
    return make_translator(request.param)


@pytest.fixture(scope="session")
def corpus():
    return make_corpus(reversal_pairs(150, seed=2))
