"""What ``make setup`` calls: without it a new clone has no font, no icons and no words."""

import runpy
import shutil

from tests.conftest import ROOT


def test_the_command_makes_every_derived_file(tmp_path):
    (tmp_path / "matchmaker").mkdir()
    script = shutil.copy(ROOT / "matchmaker" / "assets.py", tmp_path / "matchmaker" / "assets.py")
    shutil.copytree(
        ROOT / "matchmaker" / "translations",
        tmp_path / "matchmaker" / "translations",
        ignore=shutil.ignore_patterns("*.mo"),
    )
    runpy.run_path(str(script), run_name="__main__")
    made = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert made >= {
        "static/fonts/manrope-vn.woff2",
        "static/img/icons.svg",
        "matchmaker/translations/vi/LC_MESSAGES/messages.mo",
        "matchmaker/translations/en/LC_MESSAGES/messages.mo",
    }
