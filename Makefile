# Each target makes the virtual environment that it needs; nothing has to be installed first but Python 3.11 and make.
#
#   PYTHON   the interpreter to make it from      make test PYTHON=/opt/python3.12/bin/python3
#   VENV     where it is made                     make test VENV=.cache/venv
#   ARGS     more options for pytest or bench     make test ARGS="-k drift"    make bench ARGS="--sizes 1,10"

PYTHON ?= python3
VENV ?= .venv
ARGS ?=

RUN := "$(VENV)/bin/python"
PIP := $(RUN) -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help demo test faults lint types docs bench clean

help: ## Say what there is to make
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r name text; do printf '  make %-8s %s\n' "$$name" "$$text"; done

demo: $(VENV)/installed ## Plan, apply, drift, repair, stop and delete a cluster, with no account and no server
	@PLANNER="$(VENV)/bin/planner" sh examples/quickstart/demo

test: $(VENV)/installed-dev ## Run the tests
	@$(RUN) -m pytest -n auto --maxprocesses 4 $(ARGS)

faults: $(VENV)/installed-dev ## Let each system call of an apply go wrong, with strace; takes a quarter of an hour
	@$(RUN) -m tests.faults $(ARGS)

lint: $(VENV)/installed-dev ## Check style, and that the formatter has nothing to change
	@$(RUN) -m ruff check
	@$(RUN) -m ruff format --check

types: $(VENV)/installed-dev ## Check types, strictly
	@$(RUN) -m mypy

docs: $(VENV)/installed-dev ## Write into docs/language what its examples come to
	@SCENARIOS=write $(RUN) -m pytest --quiet tests/docs/test_language_pages.py tests/docs/test_functions_page.py $(ARGS)

bench: $(VENV)/installed ## Measure seconds and memory against the emulator as a server; takes minutes
	@$(RUN) -m bench $(ARGS)

clean: ## Remove what these targets made
	rm -rf "$(VENV)" .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis dist

# A stamp is written last, so that an installation that was interrupted is made again.

$(VENV)/installed: pyproject.toml
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'planner needs Python 3.11 or newer, and "$(PYTHON)" is not that. Name one that is: make PYTHON=/path/to/python3.11' >&2; exit 1; }
	@"$(PYTHON)" -m venv "$(VENV)"
	@$(PIP) --editable '.[emulator]'
	@touch "$@"

$(VENV)/installed-dev: $(VENV)/installed
	@$(PIP) --editable '.[dev]'
	@touch "$@"
