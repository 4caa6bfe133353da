"""What ``make setup`` and ``migrate`` call: without it a new clone has no font, no icons and no words."""

import runpy
import shutil

from matchmaker import assets
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


def test_bringing_the_database_up_to_date_makes_them_too(app, monkeypatch):
    made = []
    monkeypatch.setattr(assets, "build", made.append)
    with app.app_context():
        answer = app.test_cli_runner().invoke(args=["migrate"])
    assert (answer.exit_code, made) == (0, [ROOT]), answer.output


def test_a_folder_that_cannot_be_written_does_not_keep_the_database_from_its_newest_form(app, monkeypatch):
    def build(root):
        raise PermissionError(13, "Permission denied", str(root))

    monkeypatch.setattr(assets, "build", build)
    with app.app_context():
        answer = app.test_cli_runner().invoke(args=["migrate"])
    assert answer.exit_code == 0, answer.output
    assert "Make them with: make setup" in answer.output
