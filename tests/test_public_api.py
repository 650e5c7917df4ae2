"""The public names are true, sorted and documented, and so is every public thing in the package."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import pytest

import seq2seq

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(seq2seq.__path__, "seq2seq.")
    if "__main__" not in module.name
)


def public_things(module_name: str) -> Iterator[tuple[str, object]]:
    """Public classes and functions that a module defines, and the public methods of those classes."""
    module = importlib.import_module(module_name)
    for name, thing in vars(module).items():
        is_own = getattr(thing, "__module__", "") == module_name
        if name.startswith("_") or not is_own or not (inspect.isclass(thing) or inspect.isfunction(thing)):
            continue
        yield f"{module_name}.{name}", thing
        if inspect.isclass(thing):
            for method_name, method in vars(thing).items():
                if not method_name.startswith("_") and callable(getattr(thing, method_name)):
                    yield f"{module_name}.{name}.{method_name}", getattr(method, "__func__", method)


@pytest.mark.parametrize("name", seq2seq.__all__)
def test_every_public_name_is_there_and_documented(name):
    assert inspect.getdoc(getattr(seq2seq, name))


def test_the_public_names_are_sorted_and_few():
    assert list(seq2seq.__all__) == sorted(set(seq2seq.__all__))
    assert 10 <= len(seq2seq.__all__) <= 25


def test_nothing_else_of_ours_is_public_in_the_root():
    packages = {module.split(".")[1] for module in MODULES}
    ours = {
        name
        for name, thing in vars(seq2seq).items()
        if not name.startswith("_") and getattr(thing, "__module__", "").startswith("seq2seq")
    }
    assert ours - packages == set(seq2seq.__all__)


@pytest.mark.parametrize("name", MODULES)
def test_every_module_and_all_that_is_public_in_it_is_documented(name):
    module = importlib.import_module(name)
    assert (module.__doc__ or "").strip()
    undocumented = [path for path, thing in public_things(name) if not (inspect.getdoc(thing) or "").strip()]
    assert undocumented == []


def test_dataclasses_have_words_of_their_own():
    """A dataclass without a docstring gets its signature as one, which the test above cannot see."""
    generated = [
        path
        for name in MODULES
        for path, thing in public_things(name)
        if inspect.isclass(thing) and (thing.__doc__ or "").startswith(f"{thing.__name__}(")
    ]
    assert generated == []
