"""The same arguments give the same fair, in this process and in any other."""

import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

from matchmaker.demo.generator import build_reference_fair

ROOT = Path(__file__).resolve().parents[2]
PRINT = "from matchmaker.demo.generator import build_reference_fair; print(build_reference_fair().fingerprint)"


def fingerprint_elsewhere(hash_seed):
    done = subprocess.run(
        [sys.executable, "-c", PRINT],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)},
    )
    return done.stdout.strip()


def test_every_process_builds_the_same_fair(golden):
    assert {fingerprint_elsewhere("1"), fingerprint_elsewhere("2")} == {golden.fingerprint}


def test_another_seed_builds_another_fair_with_the_same_counts(golden):
    other = build_reference_fair(seed=7)
    assert other.fingerprint != golden.fingerprint
    for rows in ("companies", "requests", "meetings", "deals", "follow_ups"):
        assert len(getattr(other, rows)) == len(getattr(golden, rows))


def test_the_fair_moves_with_its_opening_day(golden):
    later = build_reference_fair(opens_on=date(2027, 11, 17))
    shift = timedelta(days=364)
    assert (later.fair.opens_on, later.fair.closes_on) == (date(2027, 11, 17), date(2027, 11, 19))
    assert [one.stated_at for one in later.outcomes] == [one.stated_at + shift for one in golden.outcomes]
    assert [one.requested_at for one in later.requests] == [one.requested_at + shift for one in golden.requests]


def test_the_messy_copy_lacks_61_outcomes_and_nothing_else(golden, held):
    messy = build_reference_fair(messy=True)
    reported = {one.meeting_code for one in messy.outcomes}
    silent = {one.code for one in held} - reported
    assert messy.is_messy
    assert len(silent) == 61
    assert messy.meetings == golden.meetings
    assert messy.companies == golden.companies
    assert messy.outcomes == tuple(one for one in golden.outcomes if one.meeting_code not in silent)
    assert messy.deals == tuple(one for one in golden.deals if not silent & set(one.meeting_codes))


def test_the_messy_copy_points_to_nothing_that_is_gone():
    messy = build_reference_fair(messy=True)
    deals = {one.code for one in messy.deals}
    reports = {one.code for one in messy.outcomes}
    assert {one.deal_code for one in messy.outcomes if one.deal_code} == deals
    assert {one.deal_code for one in messy.follow_ups} <= deals
    assert {one.corrected_by for one in messy.refused_entries if one.corrected_by} <= reports
