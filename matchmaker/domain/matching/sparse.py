"""Sparse rows that may be empty, which scikit-learn's own functions refuse."""

from collections.abc import Iterable, Sequence

import numpy as np
from scipy.sparse import csr_array, diags_array


def unit_rows(rows: csr_array) -> csr_array:
    """The rows scaled to Euclidean length 1; empty rows, and matrices without rows or columns, stay as they are."""
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1), dtype=float).ravel())
    scale = np.divide(1.0, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    return csr_array(diags_array(scale, shape=(rows.shape[0], rows.shape[0])) @ rows)


def count_rows(lists: Sequence[Iterable[int]], width: int) -> csr_array:
    """How often each number below `width` stands in each list, a row per list."""
    columns = [sorted(numbers) for numbers in lists]
    indptr = np.cumsum([0, *(len(numbers) for numbers in columns)])
    indices = np.array([number for numbers in columns for number in numbers], dtype=np.int64)
    counts = csr_array((np.ones(len(indices)), indices, indptr), shape=(len(lists), width))
    counts.sum_duplicates()
    return counts
