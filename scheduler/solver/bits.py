"""Sets of candidates as whole numbers: bit n of a mask is candidate n. Pure.

A year of quarter hours is 35,040 bits, 4.4 KB; Python ands two such numbers in less than a microsecond. What is said
of sets here is said of all candidates at once.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Mask = int
Numbers = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]


@lru_cache(maxsize=256)
def full(count: int) -> Mask:
    """The candidates 0 to count - 1."""
    return (1 << count) - 1


def span(first: int, past: int, count: int) -> Mask:
    """The candidates from `first` on and before `past`, of those from 0 to count - 1."""
    return full(min(past, count)) & ~full(max(first, 0)) if max(first, 0) < min(past, count) else 0


def ranges(firsts: Numbers, pasts: Numbers, count: int) -> Mask:
    """The candidates in any of the half-open ranges, of those from 0 to count - 1; ranges may overlap and be empty."""
    return pack(_inside(_within(firsts, count), _within(pasts, count), count))


def layers(firsts: Numbers, pasts: Numbers, lengths: Sequence[int], count: int) -> list[Mask]:
    """`ranges` of many in one go: so many of the ranges belong to the first, so many to the next, and so on."""
    width = -(-count // 8)  # octets of one: all are laid out side by side
    shift = np.repeat(np.arange(len(lengths)) * 8 * width, lengths)
    inside = _inside(_within(firsts, count) + shift, _within(pasts, count) + shift, len(lengths) * 8 * width)
    octets = np.packbits(inside, bitorder="little").reshape(len(lengths), width)
    return [int.from_bytes(row.tobytes(), "little") for row in octets]


def _inside(firsts: Numbers, pasts: Numbers, count: int) -> Truths:
    order = np.argsort(firsts)
    lows = firsts[order]
    # Each range is cut where the next begins: so one stretch follows another, however many ranges overlap.
    highs = np.maximum.accumulate(pasts[order])
    highs[:-1] = np.minimum(highs[:-1], lows[1:])
    edges = np.zeros(2 * len(lows) + 2, dtype=np.int64)
    edges[1:-1:2], edges[2:-1:2], edges[-1] = lows, np.maximum(highs, lows), count
    inside = np.arange(len(edges) - 1) % 2 == 1  # from one edge to the next: outside, inside, outside, …
    return np.repeat(inside, np.diff(edges))


def _within(places: Numbers, count: int) -> Numbers:
    return np.minimum(np.maximum(places, 0), count)  # np.clip takes three times as long


def pack(inside: Truths) -> Mask:
    """The mask of those that are true."""
    return int.from_bytes(np.packbits(inside, bitorder="little").tobytes(), "little")


def unpack(mask: Mask, count: int) -> Truths:
    """For each candidate from 0 to count - 1 whether it is in the mask."""
    octets = np.frombuffer(mask.to_bytes(-(-count // 8), "little"), dtype=np.uint8)
    return np.unpackbits(octets, count=count, bitorder="little").view(np.bool_)


def members(mask: Mask) -> Numbers:
    """The candidates in the mask, in order."""
    return np.flatnonzero(unpack(mask, mask.bit_length()))


def lowest(mask: Mask, most: int) -> list[int]:
    """The first candidates in the mask, no more than `most`."""
    found: list[int] = []
    while mask and len(found) < most:
        bit = mask & -mask
        found.append(bit.bit_length() - 1)
        mask ^= bit
    return found


def held(masks: Iterable[Mask], places: Sequence[int]) -> Truths:
    """Which of the masks (row) holds which of the candidates (column). The places are in order, and one at least."""
    first, window = places[0], full(places[-1] + 1)
    parts = ((mask & window) >> first for mask in masks)
    rows = [[part >> place - first & 1 for place in places] for part in parts]
    return np.array(rows, dtype=np.bool_).reshape(-1, len(places))  # no mask is no row, but each place a column


def nearest(mask: Mask, wanted: int, most: int) -> list[int]:
    """Those in the mask closest to `wanted`, the closest first, and of two as close the earlier."""
    low, high = max(wanted, 0), mask >> max(wanted, 0)
    later = [low + number for number in lowest(high, most)]
    earlier, below = list[int](), mask & full(low)
    while below and len(earlier) < most:
        earlier.append(below.bit_length() - 1)
        below ^= 1 << earlier[-1]
    return sorted(earlier + later, key=lambda number: (abs(number - wanted), number))[:most]


def at_least(masks: Sequence[Mask], least: int) -> Mask:
    """The candidates that are in `least` (one or more) of the masks, or in more."""
    if least > len(masks):
        return 0
    if least == 1:
        return any_of(masks)
    if least == len(masks):
        return all_of(masks)
    return _not_below(_added(masks), least)


def any_of(masks: Iterable[Mask]) -> Mask:
    """The candidates in any of the masks; none where there is no mask."""
    found = 0
    for mask in masks:
        found |= mask
    return found


def all_of(masks: Sequence[Mask]) -> Mask:
    """The candidates in every one of the masks, of which there is one at least."""
    found = masks[0]
    for mask in masks[1:]:
        found &= mask
    return found


def _added(masks: Iterable[Mask]) -> list[Mask]:
    """How many masks each candidate is in, as binary digits: the first mask holds the ones, the next the twos."""
    waiting: list[list[Mask]] = [[]]  # by the weight of their digit
    digits: list[Mask] = []
    waiting[0].extend(masks)
    for place in waiting:
        carried: list[Mask] = []
        while len(place) > 2:  # a full adder: three masks of one weight become one, and one of twice that
            a, b, c = place.pop(), place.pop(), place.pop()
            either = a ^ b
            place.append(either ^ c)
            carried.append(a & b | either & c)
        if len(place) == 2:
            a, b = place.pop(), place.pop()
            place.append(a ^ b)
            carried.append(a & b)
        digits.append(place[0])
        if carried:
            waiting.append(carried)
    return digits


def _not_below(digits: Sequence[Mask], least: int) -> Mask:
    """Where the number of these binary digits is `least` or more: least - 1 taken from it leaves something over."""
    above, bound = 0, least - 1
    for weight, digit in enumerate(digits):  # from the lowest: a higher digit that differs decides anew
        above = digit & above if bound >> weight & 1 else digit | above
    return 0 if bound >> len(digits) else above
