"""Run every benchmark of the matcher in one go, and write its figures into the guide.

    MATCHMAKER_DATA=../shared/data python -m tests.benchmarks.matching_report [labels awards … ablation scale]

Each part runs in a process of its own and within its own time, so that the whole ends within MINUTES on two quiet
cores. A part that fails or takes longer is named, its row in the guide stays as it was, and the command ends with 1.
"""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "matching.md"
MINUTES = 25
# Seconds that each part may take; together they are no more than MINUTES.
PARTS = (
    ("matching", "labels", 40),
    ("matching", "awards", 120),
    ("matching", "two-sided", 40),
    ("matching", "lists", 330),
    ("matching", "speed", 90),
    ("ablation", "", 330),
    ("scale", "", 550),
)
FOUND = re.compile(r"^(?P<test>.+?) +(?P<found>-?[\d.]+) +naive +(?P<naive>[\d.–-]+) +bar (?P<bar>.+)$")
BEGIN, END = "<!-- figures: written by make bench-matching -->", "<!-- end of figures -->"


def run(module: str, arguments: str, seconds: int) -> tuple[str, bool]:
    """What one part printed, and whether it ended well and in time."""
    command = [sys.executable, "-u", "-m", f"tests.benchmarks.{module}", *arguments.split()]
    # In a session of its own, so that the processes it starts end with it.
    part = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        return part.communicate(timeout=seconds)[0], part.returncode == 0
    except subprocess.TimeoutExpired:
        os.killpg(part.pid, signal.SIGKILL)
        return part.communicate()[0], False


def figures(printed: str) -> dict[str, tuple[str, str, str]]:
    """The found figure, the naive one and the bar, by the name of the test."""
    found = filter(None, map(FOUND.match, printed.splitlines()))
    return {one["test"].strip(): (one["found"], one["naive"], one["bar"].strip()) for one in found}


def written(guide: str, new: dict[str, tuple[str, str, str]]) -> str:
    """The guide with new figures in its table; rows that were not measured this time stay."""
    before, rest = guide.split(BEGIN, 1)
    table, after = rest.split(END, 1)
    cells = ([cell.strip() for cell in row.strip().strip("|").split("|")] for row in table.splitlines() if "|" in row)
    rows = {cell[0]: tuple(cell[1:]) for cell in list(cells)[2:]} | new
    head = "| test | found | naive | bar |\n| --- | --- | --- | --- |\n"
    lines = "".join(f"| {test} | {' | '.join(values)} |\n" for test, values in rows.items())
    return f"{before}{BEGIN}\n{head}{lines}{END}{after}"


def main(wanted: list[str]) -> int:
    """Run all parts, or those named (`labels`, `scale`), say how long each took, and write the guide."""
    print(f"All parts end within {MINUTES} minutes on two quiet cores; each is stopped at its own limit.", flush=True)
    new: dict[str, tuple[str, str, str]] = {}
    broken = []
    for module, arguments, seconds in PARTS:
        if wanted and not {module, arguments} & {*wanted}:
            continue
        start = time.monotonic()
        printed, is_whole = run(module, arguments, seconds)
        name = f"{module} {arguments}".strip()
        print(printed, end="")
        print(f"-- {name}: {time.monotonic() - start:.0f} of at most {seconds} seconds", flush=True)
        if not is_whole:
            broken.append(name)
        new |= figures(printed)
    GUIDE.write_text(written(GUIDE.read_text(encoding="utf-8"), new), encoding="utf-8")
    print(
        f"Not whole: {', '.join(broken)}" if broken else f"Every part ran; {GUIDE.relative_to(ROOT)} has the figures."
    )
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
