import json
import logging
import sys

from matchmaker.logs import JsonLines, set_up


def test_a_record_is_one_line_with_its_facts_and_its_trace():
    try:
        int("two")
    except ValueError:
        fault = sys.exc_info()
    facts = {"name": "matchmaker.errors", "msg": "a\r\nforged line", "levelname": "ERROR", "created": 0.0}
    line = JsonLines().format(logging.makeLogRecord({**facts, "error_id": "c0ffee", "exc_info": fault}))
    read = json.loads(line)
    assert line.splitlines() == [line]
    assert read.pop("trace").endswith("ValueError: invalid literal for int() with base 10: 'two'")
    assert read == {
        "at": "1970-01-01T00:00:00.000+00:00",
        "level": "error",
        "logger": "matchmaker.errors",
        "message": "a\r\nforged line",
        "error_id": "c0ffee",
    }


def test_setting_up_twice_logs_once():
    set_up()
    set_up()
    handlers = logging.getLogger("matchmaker").handlers
    assert len([one for one in handlers if isinstance(one.formatter, JsonLines)]) == 1
