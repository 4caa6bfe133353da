import json

from matchmaker.domain.deals.stages import Outcome
from matchmaker.services import ledger
from tests.domain.deals.test_chain import SCRIPT
from tests.services.test_deals import Scene, usd


def run(app, *words):
    return app.test_cli_runner().invoke(args=["fair", "ledger", *words])


def test_the_exported_file_passes_the_auditors_script(app, session, factory, tmp_path):
    scene = Scene(session, factory)
    scene.say(scene.seller, Outcome.QUOTATION, usd("20000"))
    slug, last = scene.fair.slug, ledger.head(session, fair_id=scene.fair.id)
    session.commit()
    path = tmp_path / "ledger.jsonl"
    done = run(app, slug, "--out", str(path), "--check")
    assert done.exit_code == 0, done.output
    assert f"1 entries, last seal {last.digest}" in done.output
    verify = {}
    exec(compile(SCRIPT.read_text(encoding="utf-8"), "verify_ledger", "exec"), verify)  # noqa: S102 - our own script.
    assert verify["main"](path, last.digest) == f"OK: 1 entries, last seal {last.digest}"
    assert json.loads(json.loads(path.read_text(encoding="utf-8"))["content"])["amount"] == "20000.0000"


def test_an_empty_ledger_says_so(app, session, factory):
    slug = factory.fair().slug
    session.commit()
    assert "The ledger is empty." in run(app, slug).output


def test_a_report_that_was_never_sealed_is_named(app, session, factory, monkeypatch):
    scene = Scene(session, factory)
    monkeypatch.setattr(ledger, "append", lambda *_args, **_values: None)
    scene.say(scene.seller, Outcome.FOLLOW_UP)
    slug = scene.fair.slug
    session.commit()
    done = run(app, slug, "--check")
    assert done.exit_code == 1
    assert "1 reports differ from what was sealed" in done.output
