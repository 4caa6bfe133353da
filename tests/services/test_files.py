import os
import stat
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select

from matchmaker.domain.errors import NotFound, Refused
from matchmaker.domain.uploads import FileKind
from matchmaker.jobs import purge_files
from matchmaker.models import Certificate, Company, HistoryEntry, StoredFile
from matchmaker.services import fairs, files, profile_facts
from tests.corpus import pdf, picture
from tests.factories import OPENING


@pytest.fixture
def folder(app, tmp_path):
    """Where the application keeps its files."""
    purge_files._swept.clear()
    folder = app.extensions["matchmaker"].instance / "files"
    yield folder
    for path in folder.glob("*") if folder.exists() else ():
        path.unlink()


@pytest.fixture
def owner(factory):
    fair = factory.fair()
    participation = factory.participant(fair)
    return participation.company_id, participation.account.id


@pytest.fixture
def store(session, folder, owner):
    def store(kind=FileKind.PHOTO, content=None, *, name="a.jpg", subject="", now=OPENING):
        content = picture() if content is None else content
        company_id, by = owner
        return files.store(
            session,
            folder=folder,
            company_id=company_id,
            kind=kind,
            subject=subject,
            content=content,
            name=name,
            by=by,
            now=now,
        )

    return store


def on_disk(folder):
    return sorted(path.name for path in folder.glob("*"))


def test_a_picture_lies_under_a_name_of_our_own_for_its_owner_alone(session, folder, owner, store):
    store(name="../../../etc/cron.d/x")
    kept = files.of_company(session, company_id=owner[0])[0]
    assert on_disk(folder) == [kept.place, kept.place + ".small"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.glob("*")} == {0o600}
    assert (kept.name, kept.media_type, kept.is_picture) == ("x.jpg", "image/jpeg", True)
    assert len((folder / kept.place).read_bytes()) == kept.size


def test_a_paper_is_kept_as_it_is(session, folder, owner, store):
    store(FileKind.CERTIFICATE, pdf(), subject="HACCP", name="Giấy HACCP.pdf")
    kept = files.of_company(session, company_id=owner[0])[0]
    assert (folder / kept.place).read_bytes() == pdf()
    assert (kept.media_type, kept.is_picture, kept.name) == ("application/pdf", False, "Giấy HACCP.pdf")


def test_the_same_file_twice_is_kept_once(session, owner, store):
    assert store() == store()
    assert len(files.of_company(session, company_id=owner[0])) == 1


def test_a_new_logo_takes_the_place_of_the_old_one(session, owner, store):
    store(FileKind.LOGO, picture((50, 50)))
    new = store(FileKind.LOGO, picture((60, 40)))
    assert [one.id for one in files.of_company(session, company_id=owner[0])] == [new]


def test_there_are_at_most_three_photos(store):
    for side in (40, 50, 60):
        store(content=picture((side, side)))
    with pytest.raises(Refused, match="too_many_photos"):
        store(content=picture((70, 70)))


def test_removing_can_be_undone_for_a_while_and_is_on_record(session, owner, store):
    company_id, by = owner
    key = store()
    files.remove(session, company_id=company_id, file_id=key, by=by, now=OPENING)
    assert files.of_company(session, company_id=company_id) == []
    soon = OPENING + files.UNDO_WITHIN
    files.put_back(session, company_id=company_id, file_id=key, by=by, now=soon)
    assert len(files.of_company(session, company_id=company_id)) == 1
    files.remove(session, company_id=company_id, file_id=key, by=by, now=OPENING)
    with pytest.raises(NotFound):
        files.put_back(session, company_id=company_id, file_id=key, by=by, now=soon + timedelta(seconds=1))
    session.flush()
    actions = list(session.scalars(select(HistoryEntry.action).where(HistoryEntry.subject_id == company_id)))
    assert sorted(actions) == ["file_added", "file_put_back", "file_removed", "file_removed"]


class TestSeenCertificate:
    """The organizer has seen one paper of one certificate, and answers for no other."""

    @pytest.fixture
    def seen(self, factory, owner, store):
        store(FileKind.CERTIFICATE, picture((50, 50)), subject="ISO9001")
        return factory.add(
            Certificate(company_id=owner[0], code="ISO9001", name="ISO 9001", verified_at=OPENING, verified_by=owner[1])
        )

    def test_another_paper_has_not_been_seen(self, session, store, seen):
        store(FileKind.CERTIFICATE, picture((50, 50)), subject="ISO9001")
        session.refresh(seen)
        assert seen.verified_at == OPENING, "it is the same paper"
        store(FileKind.CERTIFICATE, picture((60, 40)), subject="ISO9001")
        session.refresh(seen)
        assert (seen.verified_at, seen.verified_by) == (None, None)

    def test_a_paper_that_is_put_back_is_the_one_that_was_seen_only_if_it_was_there_then(
        self, session, owner, store, seen
    ):
        company_id, by = owner
        first = next(one.id for one in files.of_company(session, company_id=company_id))
        soon = {"company_id": company_id, "by": by, "now": OPENING + timedelta(minutes=1)}
        files.remove(session, file_id=first, **soon)
        files.put_back(session, file_id=first, **soon)
        session.refresh(seen)
        assert seen.verified_at == OPENING
        second = store(FileKind.CERTIFICATE, picture((60, 40)), subject="ISO9001")
        seen.verified_at, seen.verified_by = OPENING + timedelta(minutes=2), by
        session.flush()
        files.remove(session, file_id=second, **soon)
        files.put_back(session, file_id=first, **soon)
        session.refresh(seen)
        assert (seen.verified_at, seen.verified_by) == (None, None)

    def test_another_name_of_the_same_code_has_not_been_seen(self, session, owner, seen):
        (fair,) = fairs.of_person(session, account_id=owner[1])
        (me,) = fairs.memberships(session, fair_id=fair.id, account_id=owner[1])
        given = {"fair_id": fair.id, "me": me, "expires_on": None, "now": OPENING}
        profile_facts.add_certificate(session, name="ISO 9001", **given)
        assert seen.verified_at == OPENING
        profile_facts.add_certificate(session, name="ISO 9001: safe for children", **given)
        assert seen.verified_at is None


@pytest.mark.parametrize(("kind", "subject"), [(FileKind.LOGO, ""), (FileKind.CERTIFICATE, "iso9001")])
def test_what_there_is_one_of_is_not_put_back_over_a_newer_one(session, owner, store, kind, subject):
    company_id, by = owner
    key = store(kind, picture((50, 50)), subject=subject)
    files.remove(session, company_id=company_id, file_id=key, by=by, now=OPENING)
    store(kind, picture((60, 40)), subject=subject)
    with pytest.raises(Refused, match="file_replaced"):
        files.put_back(session, company_id=company_id, file_id=key, by=by, now=OPENING)


def test_another_companys_file_can_not_be_removed(session, factory, owner, store):
    key = store()
    with pytest.raises(NotFound):
        files.remove(session, company_id=factory.company().id, file_id=key, by=owner[1], now=OPENING)


def test_the_bytes_of_a_removed_file_go_with_its_row(session, folder, owner, store):
    company_id, by = owner
    key, left = store(), store(content=picture((50, 50)))
    files.remove(session, company_id=company_id, file_id=key, by=by, now=OPENING)
    session.commit()
    later = OPENING + files.UNDO_WITHIN + timedelta(seconds=1)
    assert purge_files.run(OPENING) == 0
    assert purge_files.run(later) == 1
    assert purge_files.run(later) == 0
    place = session.get(StoredFile, left).place
    assert on_disk(folder) == [place, place + ".small"]
    assert session.get(StoredFile, key) is None


def test_bytes_without_a_row_are_swept_when_they_are_old(session, folder, owner, store):
    """An upload that was rolled back, and a company that was erased."""
    store()
    session.commit()
    session.execute(delete(Company).where(Company.id == owner[0]))
    session.commit()
    assert session.scalar(select(func.count()).select_from(StoredFile)) == 0
    assert len(on_disk(folder)) == 2
    session.rollback()
    old = OPENING.timestamp()
    for path in folder.glob("*"):
        os.utime(path, (old, old))
    purge_files.sweep(folder, OPENING + timedelta(minutes=59))
    assert len(on_disk(folder)) == 2
    purge_files.sweep(folder, OPENING + timedelta(minutes=61))
    assert on_disk(folder) == []


def test_the_paper_of_a_certificate_goes_when_the_certificate_is_no_longer_listed(session, factory, owner, store):
    company_id = owner[0]
    factory.add(Certificate(company_id=company_id, code="HACCP", name="HACCP"))
    for code in ("HACCP", "GONE"):
        store(FileKind.CERTIFICATE, pdf(code.encode()), subject=code)
    session.commit()
    files.take_away_unheld(session, now=OPENING)
    session.commit()
    assert [one.subject for one in files.of_company(session, company_id=company_id)] == ["HACCP"]
