# Every task of the project. `make help` explains them.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
EXTRAS := requirements/postgres.txt requirements/semantic.txt requirements/fast.txt
ADDRESS ?= 127.0.0.1:8000
DEMO := MATCHMAKER_PROFILE=demo MATCHMAKER_PUBLIC_URL=http://$(ADDRESS)
FLASK := $(DEMO) $(BIN)/flask --app wsgi

.PHONY: help setup setup-dev run demo-reset test check format lint types contracts lock translations bench-booking bench-matching bench-scheduling bench-pages bench-hall bench-report

help: ## Explain the tasks
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup ## Set up and start the site with the reference fair on http://127.0.0.1:8000
	@$(FLASK) migrate
	@$(FLASK) seed-demo
	@$(FLASK) serve --listen $(ADDRESS)

demo-reset: setup ## Throw the demo's data away and load it anew
	@rm -f instance/matchmaker.sqlite3 instance/matchmaker.sqlite3-wal instance/matchmaker.sqlite3-shm instance/matchmaker.sqlite3-line
	@$(FLASK) migrate
	@$(FLASK) seed-demo

test: setup-dev ## Set up and pass the tests, on SQLite and on PostgreSQL where there is one
	@$(BIN)/python -m tests.run

check: setup-dev format-check lint types contracts test ## Everything that must hold before a commit

setup: $(VENV)/installed ## Create the environment and install what the site needs
	@$(BIN)/python -m matchmaker.assets

setup-dev: $(VENV)/installed-dev ## Install what the checks and tests need as well
	@$(BIN)/python -m matchmaker.assets

$(VENV)/installed: requirements/base.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -c 'import sys; sys.exit("Python 3.11 or newer is needed") if sys.version_info < (3, 11) else None'
	@echo "Installing the pinned requirements (about a minute the first time) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.txt
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements/dev.txt $(EXTRAS)
	@echo "Installing what the tests need …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		-r requirements/base.txt $(EXTRAS:%=-r %) -r requirements/dev.txt
	@touch $@

format: setup-dev ## Put the code into its one form
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .

format-check: setup-dev
	@$(BIN)/ruff format --quiet --check .

lint: setup-dev ## Look for mistakes
	@$(BIN)/ruff check --quiet .

types: setup-dev ## Check the types
	@$(BIN)/mypy

contracts: setup-dev ## Check that imports point down
	@$(BIN)/lint-imports --no-cache

translations: setup-dev ## Collect the strings of code and templates into the catalogues
	@$(BIN)/pybabel --quiet extract --no-location --sort-output --omit-header -k _l -k lazy_gettext -F matchmaker/translations/babel.cfg -o matchmaker/translations/messages.pot .
	@$(BIN)/pybabel --quiet update --no-fuzzy-matching --ignore-obsolete --omit-header -i matchmaker/translations/messages.pot -d matchmaker/translations

bench-matching: setup-dev ## Measure the matcher beside its bars, within 25 minutes, and write the guide's table
	@$(BIN)/python -m tests.benchmarks.matching_report

bench-booking: setup-dev ## Measure bookings under fifty writers beside a bare insert
	@$(BIN)/python -m tests.benchmarks.booking

bench-scheduling: setup-dev ## Measure the scheduler beside published results
	@$(BIN)/python -m tests.benchmarks.scheduling

bench-pages: setup-dev ## Measure every page at a fair of 2,000 companies beside a bare answer
	@$(BIN)/python -m tests.benchmarks.pages docs/performance.md

bench-report: setup-dev ## Measure a large fair's report and programmes of up to fifty beside a bare SQL aggregate
	@$(BIN)/python -m tests.benchmarks.report docs/performance.md

bench-hall: setup-dev ## Measure 300 phones and 40 boards against one server process
	@MATCHMAKER_REPLAYS=1000 $(BIN)/python -m pytest -q tests/services/test_attendance.py -k in_any_order
	@$(BIN)/python -m tests.benchmarks.hall docs/performance.md

lock: ## Pin the requirements anew (needs uv)
	@for set in base postgres semantic fast dev; do uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 \
		--no-emit-index-url --no-header --no-annotate requirements/$$set.in -o requirements/$$set.txt; done
