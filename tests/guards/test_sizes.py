import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODULE_LINES, FUNCTION_LINES, VIEW_LINES, TEMPLATE_LINES = 400, 40, 25, 150


def _python_files():
    return [*ROOT.glob("matchmaker/**/*.py"), ROOT / "config.py", ROOT / "wsgi.py"]


def test_no_module_is_longer_than_it_can_be_read():
    long = {str(path.relative_to(ROOT)): n for path in _python_files() if (n := _lines(path)) > MODULE_LINES}
    assert long == {}


def test_no_function_is_longer_than_a_screen():
    assert _long_functions(_python_files(), FUNCTION_LINES) == {}


def test_views_load_ask_one_service_and_answer():
    assert _long_functions(ROOT.glob("matchmaker/web/*/views.py"), VIEW_LINES) == {}


def test_no_template_is_longer_than_it_can_be_read():
    templates = [path for path in ROOT.glob("templates/**/*.html") if path.name != "components.html"]
    long = {str(path.relative_to(ROOT)): n for path in templates if (n := _lines(path)) > TEMPLATE_LINES}
    assert long == {}


def test_nothing_is_a_drawer():
    drawers = {"utils", "util", "helpers", "helper", "common", "core", "manager", "misc"}
    found = {path.name for path in (ROOT / "matchmaker").rglob("*") if path.stem in drawers}
    assert found == set()


def _lines(path):
    return len(path.read_text(encoding="utf-8").splitlines())


def _long_functions(paths, limit):
    long = {}
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= limit:
                long[f"{path.relative_to(ROOT)}:{node.name}"] = node.end_lineno - node.lineno + 1
    return long
