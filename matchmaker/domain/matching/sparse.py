"""Sparse rows that may be empty, which scikit-learn's own functions refuse."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, csr_matrix, diags_array

try:
    from sparse_dot_topn import sp_matmul_topn
except ImportError:  # An extra: products are worked out by scipy without it, with the same result.
    sp_matmul_topn = None

Integers = NDArray[np.int64]
# Rows multiplied at once, and the threads that the extra may use.
ROWS, THREADS = 256, 2


def unit_rows(rows: csr_array) -> csr_array:
    """The rows scaled to Euclidean length 1; empty rows, and matrices without rows or columns, stay as they are."""
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1), dtype=float).ravel())
    scale = np.divide(1.0, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    return csr_array(diags_array(scale, shape=(rows.shape[0], rows.shape[0])) @ rows)


def largest_entries(rows: csr_array, most: int) -> csr_array:
    """The rows with only their `most` largest entries left, the lower column among equals."""
    lines = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    order = np.lexsort((rows.indices, -rows.data, lines))
    kept = order[np.arange(len(order)) - rows.indptr[lines[order]] < most]
    return csr_array((rows.data[kept], (lines[kept], rows.indices[kept])), shape=rows.shape)


def count_rows(lists: Sequence[Iterable[int]], width: int) -> csr_array:
    """How often each number below `width` stands in each list, a row per list."""
    columns = [sorted(numbers) for numbers in lists]
    indptr = np.cumsum([0, *(len(numbers) for numbers in columns)])
    indices = np.array([number for numbers in columns for number in numbers], dtype=np.int64)
    counts = csr_array((np.ones(len(indices)), indices, indptr), shape=(len(lists), width))
    counts.sum_duplicates()
    return counts


def top_products(rows: csr_array, turned: csr_array, most: int) -> tuple[Integers, Integers]:
    """For every row the `most` columns of `turned` with the largest products above 0, the lower one among equals.

    Returns (row, column) numbers, ordered by both. Never holds more than a few hundred rows of the product.
    """
    found: list[tuple[Integers, Integers]] = []
    for start in range(0, rows.shape[0], ROWS):
        block = rows[start : start + ROWS]
        best = _best_plain(block, turned, most) if sp_matmul_topn is None else _best_fast(block, turned, most)
        lines = np.repeat(np.arange(start, start + len(best)), [len(columns) for columns in best])
        found.append((lines, np.concatenate(best)))
    nothing = np.zeros(0, dtype=np.int64)
    return np.concatenate([nothing, *(pair[0] for pair in found)]), np.concatenate(
        [nothing, *(pair[1] for pair in found)]
    )


def _best_plain(block: csr_array, turned: csr_array, most: int) -> list[Integers]:
    product = csr_array(block @ turned)
    return [
        _largest(product.data[start:end], product.indices[start:end], most)
        for start, end in zip(product.indptr[:-1], product.indptr[1:], strict=True)
    ]


def _largest(values: NDArray[np.float64], columns: NDArray[np.int32], most: int) -> Integers:
    over = np.flatnonzero(values > 0)
    if len(over) > most:
        over = np.flatnonzero(values >= np.partition(values[over], -most)[-most])
        over = over[np.lexsort((columns[over], -values[over]))[:most]]
    return np.sort(columns[over]).astype(np.int64)


def _best_fast(block: csr_array, turned: csr_array, most: int) -> list[Integers]:
    """The same by the extra, which keeps any of several equal products: where that could matter, by scipy."""
    product = sp_matmul_topn(csr_matrix(block), csr_matrix(turned), top_n=most + 1, sort=True, n_threads=THREADS)
    best = []
    for line, (start, end) in enumerate(zip(product.indptr[:-1], product.indptr[1:], strict=True)):
        values = product.data[start:end]
        if len(values) > most and values[most - 1] == values[most]:
            best.extend(_best_plain(block[line : line + 1], turned, most))
        else:
            best.append(_largest(values[:most], product.indices[start : start + most][: len(values)], most))
    return best
