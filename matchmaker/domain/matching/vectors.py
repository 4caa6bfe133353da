"""Offers and needs as vectors: words, characters and bilingual concepts side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array, hstack
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import FeatureUnion

from matchmaker.domain.matching.encoder import Encoder
from matchmaker.domain.matching.lexicon import BilingualLexicon
from matchmaker.domain.matching.profiles import Language
from matchmaker.domain.matching.text import NormalText
from matchmaker.domain.matching.words import fold

# Inverse document frequencies are raised to this power: two texts that share one rare word have more in common than two
# that share three of those every tender or catalogue has.
RARITY = 1.5
# A vectoriser refuses to be fitted on nothing at all; one text that nobody writes keeps an empty fair working.
_NOBODY = NormalText(
    lang=Language.EN,
    tokens=("\N{EMPTY SET}",),
    surface=("\N{EMPTY SET}",),
    syllables=(),
    folded="\N{EMPTY SET}",
    accented=False,
    honesty=1.0,
)


def word_grams(text: NormalText) -> list[str]:
    """Words and pairs of neighbouring words; Vietnamese also without accents, marked by a tilde.

    The marked copies let a query typed without accents find the accented text, and never meet an English word.
    """
    plain = [*text.tokens, *(" ".join(pair) for pair in zip(text.tokens, text.tokens[1:], strict=False))]
    if text.lang != Language.VI:
        return plain
    return [*plain, *("~" + fold(gram) for gram in plain)]


def folded_text(text: NormalText) -> str:
    """The accent-free running text, for character n-grams."""
    return text.folded


def merged(texts: Sequence[NormalText]) -> NormalText:
    """Several texts of one language as one document, for counting document frequencies."""
    return NormalText(
        lang=texts[0].lang,
        tokens=tuple(token for text in texts for token in text.tokens),
        surface=(),
        syllables=(),
        folded=" ".join(text.folded for text in texts),
        accented=any(text.accented for text in texts),
        honesty=1.0,
    )


@dataclass(frozen=True, slots=True)
class TextVectors:
    """Vectors of n texts: `meaning` (words and concepts) and `spelling` (characters), rows of length at most 1."""

    meaning: csr_array
    spelling: csr_array


class ItemVectoriser(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no type hints.
    """Vectorise normalised texts with a ready lexicon.

    `concept_share` is the part of a row's squared length given to concepts, the rest going to words. Inverse
    document frequencies are frozen by `fit`, so that one company's change moves nobody else's vectors. An `encoder`
    adds the `sense` of raw texts.
    """

    def __init__(
        self,
        lexicon: BilingualLexicon | None = None,
        *,
        concept_share: float = 0.15,
        encoder: Encoder | None = None,
    ) -> None:
        self.lexicon = lexicon
        self.concept_share = concept_share
        self.encoder = encoder

    def fit(self, texts: Sequence[NormalText], _target: object = None) -> Self:
        """Learn vocabularies and document frequencies; no text at all is allowed.

        Give one text per profile and language (see `merged`): a word is common when many profiles use it, not when
        one profile repeats it.
        """
        lexicon = self.lexicon if self.lexicon is not None else BilingualLexicon().fit([])
        self.features_ = FeatureUnion(
            [
                ("words", TfidfVectorizer(analyzer=word_grams, sublinear_tf=True, dtype=np.float64)),
                (
                    "characters",
                    TfidfVectorizer(
                        analyzer="char_wb",
                        ngram_range=(3, 5),
                        lowercase=False,
                        preprocessor=folded_text,
                        sublinear_tf=True,
                    ),
                ),
                ("concepts", FrozenEstimator(lexicon)),
            ]
        ).fit([*texts, _NOBODY])
        parts = dict(self.features_.transformer_list)
        for name in ("words", "characters"):
            parts[name].idf_ = parts[name].idf_ ** RARITY
        words, characters = len(parts["words"].vocabulary_), len(parts["characters"].vocabulary_)
        self.ends_ = (words, words + characters)
        return self

    def transform(self, texts: Sequence[NormalText]) -> TextVectors:
        """The vectors of the texts, in order; words never seen in `fit` are silent."""
        if not texts:
            empty = self.transform([_NOBODY])
            return TextVectors(meaning=empty.meaning[:0], spelling=empty.spelling[:0])
        stacked = csr_array(self.features_.transform(list(texts)))
        words, characters = self.ends_
        share = self.concept_share
        honest = diags_array(np.array([text.honesty for text in texts]))
        meaning = hstack(
            [stacked[:, :words] * np.sqrt(1 - share), stacked[:, characters:] * np.sqrt(share)], format="csr"
        )
        return TextVectors(
            meaning=csr_array(honest @ meaning), spelling=csr_array(honest @ stacked[:, words:characters])
        )

    def sense(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The encoder's rows of raw texts; rows of no columns without an encoder."""
        if self.encoder is None or not texts:
            return np.zeros((len(texts), 0), dtype=np.float32)
        return self.encoder.encode(texts)

    @property
    def floor(self) -> float:
        """What unrelated texts read by the encoder."""
        return self.encoder.floor if self.encoder is not None else 0.0

    def feature_name(self, column: int) -> str:
        """The word or concept behind a column of `meaning`, without the mark of an accent-free copy."""
        words = self.ends_[0]
        if not hasattr(self, "_names"):
            self._names = list(dict(self.features_.transformer_list)["words"].get_feature_names_out())
        if column < words:
            return str(self._names[column]).removeprefix("~")
        return str(self.fitted_lexicon.name(column - words))

    @property
    def fitted_lexicon(self) -> BilingualLexicon:
        """The lexicon in use, also when none was given."""
        lexicon: BilingualLexicon = dict(self.features_.transformer_list)["concepts"].estimator
        return lexicon
