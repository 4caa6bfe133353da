"""The fitted matcher, learned once from the bilingual labels at hand and kept beside the database."""

from __future__ import annotations

import hashlib
import os
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from matchmaker.domain.matching.labels import read_categories, read_taxonomy, read_vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matchmaker.domain.matching.matcher import Matcher

DATA = Path(__file__).resolve().parents[1] / "data"
METHOD = Path(__file__).resolve().parents[1] / "domain" / "matching"
# A fitted model is only sure to load into the versions that wrote it.
LIBRARIES = ("numpy", "scipy", "scikit-learn")


def fitted_matcher(*, cache: Path, taxonomy: Path | None = None, encoder: str = "") -> Matcher:
    """Return a matcher whose lexicon knows our own trade terms and, if given, a parallel taxonomy.

    ``taxonomy`` holds ``vi/*.txt`` and ``en/*.txt`` with the same ids. Learning takes seconds, so the result
    is kept under ``cache`` by a hash of everything it was learned from, of the method's own code and of the
    versions of its libraries. ``encoder`` names a language model to compare texts by as well; one that is not
    installed is left out.
    """
    matcher = _kept_matcher(cache, taxonomy)
    if not encoder:
        return matcher
    # The reason is the same as below.
    from matchmaker.domain.matching.encoder import find_encoder  # noqa: PLC0415

    return matcher.with_encoder(find_encoder(encoder))


def _kept_matcher(cache: Path, taxonomy: Path | None) -> Matcher:
    # scikit-learn takes a second to load; pages that only read stored suggestions never pay for it.
    import joblib  # noqa: PLC0415

    kept = cache / f"matcher-{_fingerprint(taxonomy)}.joblib"
    if kept.exists():
        matcher: Matcher = joblib.load(kept)
        return matcher
    matcher = _fit(taxonomy)
    cache.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Two processes may learn at the same time; each writes its own draft, and a file appears complete or not at all.
    draft = kept.with_suffix(f".{os.getpid()}.draft")
    joblib.dump(matcher, draft, compress=3)
    draft.replace(kept)
    for older in cache.glob("matcher-*.joblib"):
        if older != kept:
            older.unlink(missing_ok=True)
    return matcher


def _fit(taxonomy: Path | None) -> Matcher:
    # The reason is the same as above.
    from matchmaker.domain.matching.matcher import Matcher  # noqa: PLC0415

    categories = read_categories(_lines(DATA / "categories.csv"))
    pairs = read_vocabulary(_lines(DATA / "vocabulary.csv"))
    for vi in sorted(taxonomy.glob("vi/*.txt")) if taxonomy else ():
        en = vi.parents[1] / "en" / vi.name
        if en.exists():
            pairs.extend(read_taxonomy(_lines(vi), _lines(en)))
    return Matcher.fit(label_pairs=pairs, categories=categories)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8-sig").splitlines()


def method() -> str:
    """Return a code of the method as it is written here and of its libraries: what another one kept does not fit it."""
    return _digest(METHOD.glob("*.py"))


def _fingerprint(taxonomy: Path | None) -> str:
    return _digest(_sources(taxonomy))


def _digest(paths: Iterable[Path]) -> str:
    told = hashlib.sha256(" ".join(f"{name} {metadata.version(name)}" for name in LIBRARIES).encode())
    for path in sorted(paths):
        told.update(path.name.encode())
        told.update(path.read_bytes())
    return told.hexdigest()[:16]


def _sources(taxonomy: Path | None) -> Iterable[Path]:
    yield from DATA.glob("*.csv")
    yield from METHOD.glob("*.py")
    if taxonomy is not None:
        yield from taxonomy.glob("*/*.txt")
