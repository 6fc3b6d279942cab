# make run    sets everything up and runs the whole loop on this machine
# make test   sets everything up and passes the tests
# make thorough  passes all tests, also those that take long beside a shorter one of the same claim and all stores on
#             PostgreSQL, with nothing skipped, as .ci/run does
# make spark  installs Spark (490 MB) for the tests of the audit on a cluster; they need Java too. make thorough does it.
# make ralph  installs Ralph, another LRS, in an environment of its own, for the tests and measures that need one
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
JS := tests/js

.PHONY: run test thorough lint bench soak clean words reference player setup setup-test lock spark lock-spark ralph lock-ralph
.DEFAULT_GOAL := run

# Hundreds of tests start the command; each would compile the same modules again where this is set.
unexport PYTHONDONTWRITEBYTECODE

run: setup
	@$(BIN)/jampel demo --port $(PORT)

# As many processes as the machine has processors; the tests of one file stay together. In the order of the folders, the
# long tests in browsers and with servers come first, so that no process is left alone with them at the end.
test: setup-test $(if $(filter 1,$(JAMPEL_REQUIRE_ALL)),spark)
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder

thorough: setup-test spark
	JAMPEL_REQUIRE_ALL=1 $(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder

# pip's hints about itself are noise to a newcomer.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# What stops a newcomer ends in a sentence that says what to do; a half-made environment would stop the next try too.
NEEDS_PYTHON := Jampel needs Python 3.11 or newer with its venv. On Debian or Ubuntu: sudo apt-get install python3.11 python3.11-venv. \
  Elsewhere: make run PYTHON=/the/path/of/python3.11
NO_VENV := The environment $(VENV) could not be made; Python says why above. It needs a folder that you may write to, and on Debian or \
  Ubuntu the package python3.11-venv. Then give the same command again.
INSTALL_FAILED := The installation stopped; pip says why above. It needs the network, or an index of packages that pip is told of. \
  What it has done stays: give the same command again.

$(VENV)/bin/python:
	@"$(PYTHON)" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "$(NEEDS_PYTHON)" >&2; exit 1; }
	@"$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); echo "$(NO_VENV)" >&2; exit 1; }

$(VENV)/.installed: requirements.lock setup.cfg pyproject.toml | $(VENV)/bin/python
	@echo "Installing Jampel into $(VENV) (once, about a minute) ..."
	@$(PIP) --require-hashes -r requirements.lock && $(PIP) "setuptools>=77" \
	  && $(PIP) --no-deps --no-build-isolation --editable . || { echo "$(INSTALL_FAILED)" >&2; exit 1; }
	@echo "$(CURDIR)" > $@

$(VENV)/.installed-test: requirements-test.lock $(VENV)/.installed
	@echo "Installing what the tests need (once) ..."
	@$(PIP) --require-hashes -r requirements-test.lock || { echo "$(INSTALL_FAILED)" >&2; exit 1; }
	@touch $@

# The JavaScript test peers are optional on a machine without Node: the tests that need them say so and skip.
$(JS)/node_modules/.installed: $(JS)/package.json $(JS)/package-lock.json
	@if command -v npm >/dev/null 2>&1; then \
	  echo "Installing the JavaScript test peers (once) ..."; \
	  cd $(JS) && npm ci --silent --no-audit --no-fund --ignore-scripts && touch node_modules/.installed; \
	else echo "No npm here: tests that need it will be skipped."; fi

# The programs of an environment know the folder they were made in, so a clone that was moved or copied needs a new one.
setup: $(VENV)/.installed
	@home="$$(cat $<)"; [ -z "$$home" ] || [ "$$home" = "$(CURDIR)" ] || { \
	  echo "$(VENV) was made in $$home, and this folder is $(CURDIR). Make it anew: rm -rf $(VENV), then the same command." >&2; exit 1; }
setup-test: setup $(VENV)/.installed-test $(JS)/node_modules/.installed

$(VENV)/.installed-spark: requirements-spark.lock $(VENV)/.installed-test
	@echo "Installing Spark (once) ..."
	@$(PIP) --require-hashes -r requirements-spark.lock
	@touch $@

spark: $(VENV)/.installed-spark

.venv-ralph/.installed: requirements-ralph.lock
	@echo "Installing Ralph into .venv-ralph (once) ..."
	@$(PYTHON) -m venv .venv-ralph
	@.venv-ralph/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-ralph.lock
	@touch $@

ralph: .venv-ralph/.installed

lint: setup-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Collects the catalogues, fills in what is new and compiles them.
words: setup-test
	$(BIN)/python -m tools.words

# Writes the pages of docs/reference that the code tells: commands, errors, HTTP.
reference: setup-test
	$(BIN)/python -m tools.reference

# Packs the player for slow links; what was not packed is shipped as it is.
player: setup-test
	$(BIN)/python -m tools.player

bench: setup-test spark ralph
	$(BIN)/python -m bench

soak: setup-test
	SOAK_KILLS=300 SOAK_STATEMENTS=100000 SOAK_FUZZ=20000 SOAK_ROUNDS=30 SOAK_MANIFESTS=100000 $(BIN)/pytest -m soak --timeout=3600

lock:
	$(PIP) pip-tools
	$(BIN)/pip-compile --quiet --extra postgresql --extra office --extra fast --extra duckdb --extra test --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --no-annotate --generate-hashes --allow-unsafe -o requirements-test.lock setup.cfg
	$(BIN)/pip-compile --quiet --extra postgresql --extra office --extra fast --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --no-annotate --generate-hashes --allow-unsafe -c requirements-test.lock -o requirements.lock setup.cfg

# By hand, when a newer Spark is to be met.
lock-spark:
	$(PIP) pip-tools
	printf "pyspark>=4,<5\n" | $(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --no-annotate --generate-hashes --allow-unsafe -o requirements-spark.lock -

# By hand, when a newer Ralph is to be met.
lock-ralph:
	$(PIP) pip-tools
	printf "ralph-malph[backend-fs,lrs]\nrequests\n" | $(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --no-annotate --generate-hashes --allow-unsafe -o requirements-ralph.lock -

clean:
	rm -rf $(VENV) .venv-ralph build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis $(JS)/node_modules demo-data
