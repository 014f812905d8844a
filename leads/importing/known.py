"""Remembers a number for each of many texts in a few megabytes, 12 bytes a slot; a dict takes over a hundred. Pure.

A text is known by its hash of 64 bits: among a hundred thousand texts, two that are taken for one another are as good
as impossible, and what depends on it is a remark.
"""

from array import array

_FIRST_SLOTS = 1 << 12
_HASH_MASK = (1 << 64) - 1
# The hash of an empty slot; a text with this hash gets the next one.
_EMPTY = 0
# Beyond this share of filled slots the table is doubled.
_FULL = 0.8


class KnownNumbers:
    """A table text -> number from 0 to 4,294,967,295 of at most `most` texts; others are not kept."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._count = 0
        self._slots(_FIRST_SLOTS)

    @property
    def has_room(self) -> bool:
        """Whether another text would be kept."""
        return self._count < self._most

    def __contains__(self, text: str) -> bool:
        return self._keys[self._place(hash(text) & _HASH_MASK or 1)] != _EMPTY

    def get(self, text: str) -> int | None:
        """The number of a text; None if it is not kept."""
        place = self._place(hash(text) & _HASH_MASK or 1)
        return self._numbers[place] if self._keys[place] != _EMPTY else None

    def set(self, text: str, number: int) -> None:
        """Keep the number of a text, if there is room for the text."""
        place = self._made(text)
        if place is not None:
            self._numbers[place] = number

    def count(self, text: str) -> int:
        """Add one to the number of a text, which begins at 0; returns the new number, 0 if there is no room for it."""
        place = self._made(text)
        if place is None:
            return 0
        self._numbers[place] += 1
        return self._numbers[place]

    def _made(self, text: str) -> int | None:
        """The slot of a text, taken if it had none; None if there is no room."""
        key = hash(text) & _HASH_MASK or 1
        place = self._place(key)
        if self._keys[place] != _EMPTY:
            return place
        if self._count >= self._most:
            return None
        self._count += 1
        self._keys[place] = key
        if self._count <= _FULL * len(self._keys):
            return place
        self._grow()
        return self._place(key)

    def _place(self, key: int) -> int:
        """The slot of a key, or the free one where it belongs."""
        keys, mask = self._keys, self._mask
        place = key & mask
        while keys[place] != key and keys[place] != _EMPTY:
            place = (place + 1) & mask
        return place

    def _slots(self, slots: int) -> None:
        self._mask = slots - 1
        self._keys = array("Q", bytes(8 * slots))
        self._numbers = array("I", bytes(4 * slots))

    def _grow(self) -> None:
        keys, numbers = self._keys, self._numbers
        self._slots(2 * len(keys))
        for key, number in zip(keys, numbers, strict=True):
            if key != _EMPTY:
                place = self._place(key)
                self._keys[place], self._numbers[place] = key, number
