"""Pages that only read what is stored must not pay for the libraries of the matcher and the solver."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVE = """
import sys
from datetime import timedelta
from pathlib import Path
from config import Config, Profile
from matchmaker import create_app
from matchmaker.extensions import db
from matchmaker.models import Base, MatchRun, Suggestion
from tests.factories import OPENING, Factory
from tests.page_client import PageClient

folder = Path(sys.argv[1])
app = create_app(Config(
    profile=Profile.TEST, secret_key="a secret that only the tests know, long enough",
    database_url=f"sqlite:///{folder / 'light.sqlite3'}", public_url="http://localhost", instance=folder,
    organizers_take_two_steps=False,
))
app.test_client_class = PageClient
with app.app_context():
    Base.metadata.create_all(db.engine)
    factory = Factory(db.session)
    fair = factory.fair(slug="spring")
    seller, buyer = factory.participant(fair), factory.participant(fair, role="buyer", name="Nordic Spice")
    organizer = factory.organizer(fair)
    run = factory.add(MatchRun(fair_id=fair.id, state="done", version="1", weights={}, coverage={}, started_at=OPENING))
    factory.add(Suggestion(
        fair_id=fair.id, run_id=run.id, exhibitor_id=seller.id, buyer_id=buyer.id, exhibitor_rank=1, buyer_rank=1,
        score=0.5, label="default", contributions=[], reasons={}, gaps={}, best_pair={},
    ))
    account, organizer = seller.account.id, organizer.id
    db.session.commit()
client = app.test_client()
client.sign_in_as(account)
assert "Nordic Spice" in client.get("/fairs/spring/suggestions").get_data(as_text=True)
client.sign_in_as(organizer)
assert client.get("/fairs/spring/organizer/schedule").status_code == 200
print(*sorted({"sklearn", "scipy", "ortools"} & set(sys.modules)))
"""


def test_serving_suggestions_and_the_schedule_loads_no_heavy_library(tmp_path):
    answer = subprocess.run(
        [sys.executable, "-c", SERVE, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (answer.returncode, answer.stdout.strip()) == (0, ""), answer.stderr[-2000:]
