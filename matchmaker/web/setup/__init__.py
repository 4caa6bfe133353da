"""Setting a fair up: one short page for each question, and what a change means before it happens."""

from matchmaker.web.setup import facts, grid, groups, money, new, people, phases, places, rules, start, tree
from matchmaker.web.setup.routes import blueprint

__all__ = [
    "blueprint",
    "facts",
    "grid",
    "groups",
    "money",
    "new",
    "people",
    "phases",
    "places",
    "rules",
    "start",
    "tree",
]
