import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq.decoding.likeliest import likeliest


@settings(deadline=None)
@given(
    rows=st.integers(1, 24),
    width=st.one_of(st.integers(1, 2350), st.sampled_from([1536, 2304])),
    k=st.integers(1, 12),
    seed=st.integers(0, 999),
    threads=st.sampled_from([1, 2]),
)
def test_it_finds_what_a_full_search_finds(rows, width, k, seed, threads):
    values = torch.randn(rows, width, generator=torch.Generator().manual_seed(seed))
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    found, columns = likeliest(values, k)
    torch.set_num_threads(before)
    expected = values.topk(min(k, width), dim=-1)
    assert torch.equal(found, expected.values)
    assert torch.equal(columns, expected.indices)


@pytest.mark.parametrize("width", [2400, 2450])
def test_the_last_column_is_found_in_many_rows(width):
    values = torch.zeros(20, width)
    values[:, -1] = 1.0
    values[:, 5] = 2.0
    found, columns = likeliest(values, 2)
    assert columns.tolist() == [[5, width - 1]] * 20
    assert found.tolist() == [[2.0, 1.0]] * 20


def test_values_that_are_not_numbers_come_first():
    values = torch.zeros(20, 3000)
    values[3, 1234] = torch.nan
    found, _ = likeliest(values, 4)
    assert found[3, 0].isnan()
