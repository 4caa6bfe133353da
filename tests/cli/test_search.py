import pytest
from sqlalchemy import delete, func, select

from matchmaker.models import SearchDocument


@pytest.fixture
def run(app):
    """Runs a command as the shell would: in an application context of its own."""

    def call(*args):
        with app.app_context():
            return app.test_cli_runner().invoke(args=list(args))

    return call


@pytest.mark.parametrize("command", ["rebuild-search", "migrate"])
def test_a_lost_search_is_built_anew(run, factory, session, command):
    fair = factory.fair()
    for _ in range(3):
        factory.participation(fair)
    session.commit()
    session.execute(delete(SearchDocument))
    session.commit()
    answer = run(command)
    assert answer.exit_code == 0, answer.output
    assert session.scalar(select(func.count()).select_from(SearchDocument)) == 3
