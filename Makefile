# IEXDG Outreach. `make help` lists what can be done.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TESTS ?=
PYTEST_ARGS ?= -n 2 --dist loadfile --no-loadscope-reorder --durations=20
LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-strip-extras --no-header

.DEFAULT_GOAL := help
.PHONY: help up test test-cov attack fuzz-sandbox mutants check audit format picture bench lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

up: $(VENV)/.runtime ## Start everything on this machine: PORT=8000 SANDBOX_PORT=8900 VAR_DIR=var HOST=127.0.0.1
	@exec $(BIN)/python manage.py up --with-parent

# The order is shuffled. The seed is in the first lines of the output; the same seed is the same order.
test: $(VENV)/.dev ## Run the tests; TESTS=path narrows, PYTEST_ARGS="-n 0 --randomly-seed=N" replaces the defaults
	$(BIN)/python -m pytest $(PYTEST_ARGS) $(TESTS)

test-cov: $(VENV)/.dev ## Run the tests and show uncovered lines
	$(BIN)/python -m pytest $(PYTEST_ARGS) --cov --cov-report=term $(TESTS)

ATTACK_S ?= 300
attack: $(VENV)/.dev ## Attack the safety promises at random for ATTACK_S seconds (300); ATTACK_SEED=n replays a run
	ATTACK_S=$(ATTACK_S) ATTACK_SEED=$(ATTACK_SEED) $(BIN)/python -m pytest -n 0 -q -x -p no:cacheprovider tests/attack -k long

FUZZ_EXAMPLES ?= 300
FUZZ_SEED := $(or $(FUZZ_SEED),$(shell date +%s))
fuzz-sandbox: $(VENV)/.dev ## Ask the sandbox what nobody thought of, FUZZ_EXAMPLES times (300) for each operation; FUZZ_SEED=n replays a run
	@echo "FUZZ_SEED=$(FUZZ_SEED)"
	FUZZ_EXAMPLES=$(FUZZ_EXAMPLES) FUZZ_SEED=$(FUZZ_SEED) $(BIN)/python -m pytest -q -n 2 --timeout 900 tests/contract/test_fuzz.py

MODULE ?=
mutants: $(VENV)/.dev ## Change the safety core in every small way and check that a test fails; MODULE=path narrows
	$(BIN)/python -m tests.mutants $(MODULE)

check: $(VENV)/.dev ## Every gate but the tests: style, types, templates, imports, migrations, vulnerabilities
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/lint-imports
	DJANGO_SETTINGS_MODULE=iexdg.settings.test $(BIN)/python manage.py makemigrations --check --dry-run
	@$(MAKE) --no-print-directory audit

# pip-audit fails both for a vulnerability and for an unreachable service; only the first may fail the target.
audit: $(VENV)/.dev ## Check the requirements for known vulnerabilities, where the advisory service can be reached
	@found=$$(timeout 120 $(BIN)/pip-audit -r requirements.txt --disable-pip --require-hashes --progress-spinner off 2>&1); \
	code=$$?; \
	if echo "$$found" | grep -q "known vulnerabilit.* in"; then echo "$$found"; exit 1; \
	elif [ $$code = 0 ] && ! echo "$$found" | grep -q "could not be audited"; then echo "pip-audit: no known vulnerabilities"; \
	else echo "pip-audit: the advisory service cannot be reached, nothing was checked"; fi

format: $(VENV)/.dev ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

picture: $(VENV)/.dev ## Update the README's screenshot with the browser tests
	REQUIRE_BROWSER=1 $(BIN)/python -m pytest -q -n 0 tests/e2e/test_main_story.py
	cp test-results/screens/control-room-story.png docs/img/control-room.png

bench: $(VENV)/.dev ## Measure pages, staging and verification on SQLite and Postgres; writes docs/performance.md
	$(BIN)/python bench/all.py

lock: ## Compile the requirements (needs uv)
	$(LOCK) pyproject.toml -o requirements.txt
	$(LOCK) --group dev pyproject.toml -o requirements-dev.txt

clean: ## Remove the virtual environment and every cache; VAR_DIR with its data stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage htmlcov test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "error: $(PYTHON) is missing or older than Python 3.11. Name another one: make up PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { rm -rf $(VENV); echo "error: no virtual environment could be made. On Debian: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/.runtime: requirements.txt | $(BIN)/python
	@echo "Installing what the product needs (once, about half a minute) ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt | $(BIN)/python
	@echo "Installing what the tests need (once, about a minute) ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/.runtime
