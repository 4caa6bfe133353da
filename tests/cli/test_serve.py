import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT

SECONDS = 30
CHILDREN = Path("/proc/self/task")


@pytest.mark.skipif(not CHILDREN.exists(), reason="children are read from /proc, which this system does not have")
def test_the_jobs_process_ends_with_the_site(tmp_path):
    env = {**os.environ, "MATCHMAKER_PROFILE": "demo", "MATCHMAKER_INSTANCE": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
    subprocess.run([*flask, "migrate"], cwd=ROOT, env=env, check=True, capture_output=True)
    with subprocess.Popen(
        [*flask, "serve", "--listen", "127.0.0.1:0"], cwd=ROOT, env=env, stdout=subprocess.PIPE
    ) as site:
        until(lambda: children_of(site.pid))
        (worker,) = children_of(site.pid)
        site.terminate()
        assert site.wait(SECONDS) == 0
        until(lambda: not Path(f"/proc/{worker}").exists())


def children_of(pid):
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def until(happened):
    end = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
