"""Curves of bounded length: a long one keeps every second point, then every fourth, and so on."""

from typing import Final, Generic, TypeVar

Item = TypeVar("Item")
MOST_POINTS: Final = 600


class Thinned(Generic[Item]):
    """The items of a long sequence, evenly thinned to at most ``most``, and always the last one."""

    __slots__ = ("_count", "_kept", "_last", "_most", "_stride")

    def __init__(self, most: int = MOST_POINTS) -> None:
        self._most, self._stride, self._count = max(2, most), 1, 0
        self._kept: list[Item] = []
        self._last: Item | None = None

    def add(self, item: Item) -> None:
        """Append an item."""
        if self._count % self._stride == 0:
            if len(self._kept) == self._most - 1:
                self._kept, self._stride = self._kept[::2], 2 * self._stride
            if self._count % self._stride == 0:
                self._kept.append(item)
        self._count += 1
        self._last = item

    def items(self) -> tuple[Item, ...]:
        """What is kept, in order."""
        if self._last is None or (self._count - 1) % self._stride == 0:
            return tuple(self._kept)
        return (*self._kept, self._last)
