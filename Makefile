# One target for each habit: setup, demo, test, test-formats, test-services, test-install, coverage, lint, bench, docs, requirements, site-assets.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup demo test test-formats test-services test-install coverage lint bench docs requirements site-assets clean

setup: .venv/.ready

# The pinned, hashed file is the only source of packages; the project itself is installed editable without fetching.
.venv/.ready: requirements.txt pyproject.toml
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch .venv/.ready

demo: setup
	$(BIN)/ogi demo

# A file of tests to a process (what a file prepares is prepared once): one process more than cores, up to five, as many tests wait for
# a disk, a server or another program.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --maxprocesses 5

test: setup
	$(PYTEST) --dist loadfile --no-loadscope-reorder -m "not formats and not services and not install"

# Documents by LibreOffice, Chromium and a scanner's noise; needs both programs and a Chinese font.
test-formats: setup
	$(PYTEST) --dist worksteal -m "formats and not services" tests/formats

# Scheduled runs with a real Prefect server and a process worker; whole nights; runs that are killed and go on.
test-services: setup
	$(BIN)/python -m pytest -m services

# The wheel in an environment of its own, walked through as another user; as root it hides LibreOffice, too. Older DuckDBs in theirs.
test-install: setup
	$(BIN)/python -m pytest -m install

# Which lines no test runs, without a bar to clear; TESTS names the tests that are measured. CONTRIBUTING.md says which it cannot see.
TESTS ?= tests
coverage: setup
	$(PYTEST) --dist loadfile --no-loadscope-reorder -m "not formats and not services and not install" --cov --cov-report=term-missing:skip-covered $(TESTS)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: setup
	$(BIN)/python benchmarks/run.py
	$(BIN)/python benchmarks/mutation.py

# Pages that say what the code says: regenerated, never edited (a test compares them).
docs: setup
	$(BIN)/python docs/generate.py

# Pins every package with hashes and no index address; review the diff before committing it.
requirements:
	$(PYTHON) -m pip install --quiet uv
	$(PYTHON) -m uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --no-header --quiet --no-strip-extras --extra dev --extra ocr --extra dask pyproject.toml --output-file requirements.txt
	$(PYTHON) .ci/bare_pins.py requirements.txt

# The libraries of charts and books, each as one classic script, from npm by the lock file; what it gives is committed, with its licences.
site-assets:
	cd flows/site/bundle && npm ci && npm run build && node licences.mjs > ../assets/licences.txt

clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .coverage.*
