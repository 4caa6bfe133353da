import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from matchmaker.models import Base
from matchmaker.models.base import ExactDecimal, Instant
from matchmaker.models.engine import prepare
from matchmaker.models.search import WORDS_TABLE
from tests.conftest import DATABASES, ROOT, _fresh_postgres, upgrade


@pytest.fixture(params=DATABASES)
def engine(request, tmp_path, worker_id):
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'migrations.sqlite3'}"
    else:
        url = _fresh_postgres(f"{worker_id}_migrations")
    engine = create_engine(url)
    yield engine
    engine.dispose()


def test_migrations_build_the_tables_the_models_describe(engine):
    upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": _stored_types_differ, "include_name": _is_described}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_every_migration_goes_down_and_up_again(engine):
    revisions = [script.revision for script in _scripts().walk_revisions()]
    upgrade(engine)
    for revision in revisions:
        _one_down(engine)
        upgrade(engine, revision)
        _one_down(engine)
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}


def test_migrations_lose_no_row_that_points_to_a_rebuilt_table(engine):
    prepare(engine)
    upgrade(engine, "0008")
    fair = (
        "INSERT INTO fair (id, slug, name_vi, name_en, about_vi, about_en, city_vi, city_en, country, opens_on,"
        " closes_on, time_zone, report_currency, phase, acceptance, time_choice, request_days, meetings_cap,"
        " list_length, created_at) VALUES (:id, 's', 'a', 'a', '', '', 'a', 'a', 'VN', '2026-11-18', '2026-11-20',"
        " 'Asia/Ho_Chi_Minh', 'USD', 'final', 'person', 'pair', 3, 16, 10, '2026-11-18')"
    )
    key = "00000000000000000000000000000001"
    with engine.begin() as connection:
        connection.execute(text(fair), {"id": key})
        connection.execute(
            text("INSERT INTO hall (id, fair_id, code, name_vi, name_en) VALUES (:id, :id, 'A', 'A', 'A')"), {"id": key}
        )
    upgrade(engine)
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT request_minutes FROM hall JOIN fair ON fair.id = hall.fair_id")).all()
    assert kept == [(4320,)]


def test_migrations_are_numbered_in_one_line():
    revisions = [script.revision for script in reversed(list(_scripts().walk_revisions()))]
    assert revisions == [f"{number:04d}" for number in range(1, len(revisions) + 1)]


def _is_described(name, kind, _parents):
    """The words of the search stand in a table of each database's own kind, which no model describes."""
    return not (kind == "table" and name.startswith(WORDS_TABLE))


def _scripts():
    settings = Config(str(ROOT / "migrations" / "alembic.ini"))
    settings.set_main_option("script_location", str(ROOT / "migrations"))
    return ScriptDirectory.from_config(settings)


def _one_down(engine):
    settings = Config(str(ROOT / "migrations" / "alembic.ini"))
    settings.set_main_option("script_location", str(ROOT / "migrations"))
    with engine.connect() as connection:
        settings.attributes["connection"] = connection
        command.downgrade(settings, "-1")
        connection.commit()


def _stored_types_differ(_context, _inspected, _metadata, inspected_type, metadata_type):
    if isinstance(metadata_type, (Instant, ExactDecimal)):
        return inspected_type._type_affinity is not metadata_type.impl_instance._type_affinity
    return None
