import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from matchmaker.domain.errors import Refused
from matchmaker.domain.uploads import FileKind, checked_type
from matchmaker.services.pictures import written_anew
from tests.corpus import PLACE, REFUSED, SCRIPT, TAKEN, photo_with_place

ROOT = Path(__file__).resolve().parents[2]
MOST_MEGABYTES = 200
ALL_OF_THEM = """
import sys
sys.path.insert(0, ".")
from matchmaker.domain.errors import Refused
from matchmaker.services.pictures import written_anew
content = sys.stdin.buffer.read()
try:
    written_anew(content, longest=1600, small=640)
except Refused:
    pass
most = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(int(most.split()[1]) // 1024)
"""


def _take(content):
    checked_type(content, FileKind.LOGO)
    written_anew(content, longest=512, small=128)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_picture_or_too_much_of_one_is_refused(name):
    make, code = REFUSED[name]
    with pytest.raises(Refused) as refused:
        _take(make())
    assert (refused.value.code, refused.value.field) == (code, "file")


@pytest.mark.parametrize("name", TAKEN)
def test_pictures_are_written_anew_within_their_bounds(name):
    media_type, kept, small = written_anew(TAKEN[name](), longest=512, small=128)
    with Image.open(BytesIO(kept)) as image, Image.open(BytesIO(small)) as thumbnail:
        assert {"PNG": "image/png", "JPEG": "image/jpeg"}[image.format] == media_type
        assert max(image.size) <= 512
        assert max(thumbnail.size) <= 128
        assert thumbnail.format == "WEBP"
        assert image.mode == ("RGBA" if media_type == "image/png" else "RGB")
    assert SCRIPT not in kept + small
    assert b"PK\x03\x04" not in kept + small


def test_a_photo_loses_its_place_and_camera_and_stands_upright():
    original = photo_with_place()
    with Image.open(BytesIO(original)) as image:
        assert image.getexif().get_ifd(0x8825)
        assert image.size == (1200, 800)
    _, kept, small = written_anew(original, longest=600, small=60)
    for content in (kept, small):
        with Image.open(BytesIO(content)) as image:
            assert dict(image.getexif()) == {}
            assert image.size[0] < image.size[1]
        assert b"CanaryCamera" not in content
        assert b"canary comment" not in content
        assert PLACE.encode() not in content


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell a process's memory")
@pytest.mark.parametrize("name", ["huge png", "large png", "as large as may be", "progressive", "palette"])
def test_no_picture_takes_much_memory(name):
    content = REFUSED[name][0]() if name in REFUSED else TAKEN[name]()
    answer = subprocess.run(
        [sys.executable, "-c", ALL_OF_THEM], input=content, cwd=ROOT, capture_output=True, check=True
    )
    assert int(answer.stdout) <= MOST_MEGABYTES
