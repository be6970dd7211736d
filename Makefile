# Everything a developer does, one word each. `make help` prints the list from the comments beside the targets.
#   PYTHON=python3.12   another interpreter (3.11, 3.12 or 3.13), together with
#   VENV=.venv-3.12     another folder for the virtual environment
#   ARGS="..."          more arguments for pytest (test), the benchmarks (bench) or the demo (--port 8500)

PYTHON ?= python3
VENV   ?= .venv
ARGS   ?=

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
UV  := uv==0.13.9

.DEFAULT_GOAL := help
.PHONY: help demo install test lint format train bench lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.installed ## try the bot in a local Slack workspace in your browser; nothing to sign up for
	@$(BIN)/python -m bot demo $(ARGS)

install: $(VENV)/.installed ## create .venv with Amends in it, to run it from here: .venv/bin/amends run

test: $(VENV)/.installed-dev ## run every test: units, both databases, the stories in a real browser
	@$(BIN)/python -m pytest $(ARGS)

lint: $(VENV)/.installed-dev ## check style, types, who may import whom, and the shipped responses and policies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m bot check

format: $(VENV)/.installed-dev ## mend what can be mended by machine: imports, layout
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

train: $(VENV)/.installed-dev ## fit the scorer that tells complaints from other messages; ARGS=--measure cross-validates
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m training $(ARGS)

bench: $(VENV)/.installed-bench ## measure speed and memory beside other tools; prints a table
	@$(BIN)/python -m benchmarks $(ARGS)

lock: ## choose the newest allowed versions anew and write the lock files
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip --disable-pip-version-check -qq install $(UV)
	.venv-lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock" --extra build --extra dev pyproject.toml -o requirements-dev.lock
	.venv-lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock" --constraint requirements-dev.lock --no-annotate \
	  --extra build pyproject.toml -o requirements.lock
	.venv-lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock" --constraint requirements-dev.lock --no-annotate \
	  --extra build --extra dev --extra bench pyproject.toml -o requirements-bench.lock

clean: ## remove what make and the tools have made here; keeps databases and .env
	rm -rf .venv .venv-* .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info

# The virtual environment. Exact versions come from a lock file; the stamp files say what was installed last, so that
# pip runs again only when a lock file or pyproject.toml has changed.

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { \
	  echo "Amends needs Python 3.11, 3.12 or 3.13, and $(PYTHON) is not one of them: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/pip
	@echo "Installing Amends into $(VENV) ..."
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-build-isolation --no-deps -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock pyproject.toml | $(BIN)/pip
	@echo "Installing Amends and its developer tools into $(VENV) ..."
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@$(PIP) install --no-build-isolation --no-deps -e .
	@touch $@

$(VENV)/.installed-bench: requirements-bench.lock pyproject.toml | $(BIN)/pip
	@echo "Installing Amends, its developer tools and the tools it is compared with into $(VENV) ..."
	@$(PIP) install --require-hashes -r requirements-bench.lock
	@$(PIP) install --no-build-isolation --no-deps -e .
	@touch $@
