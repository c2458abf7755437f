# Every target does its own set-up; all it asks of a machine is make and Python 3.11 or newer.
#
#   PORT=8501          where `make run` serves
#   ADDRESS=127.0.0.1  to serve on that address alone; without it the whole network can open the app
#   ARGS="-k saddle"   more arguments for pytest, Streamlit or the benchmarks
#   PYTHON=, CHROMIUM=, HAPROXY= to use these instead of the first fitting ones that are found

PORT    ?= 8501
ADDRESS ?=
ARGS    ?=

VENV := .venv
BIN  := $(VENV)/bin
APP  := $(VENV)/.installed-app
DEV  := $(VENV)/.installed-dev

SERVE = $(BIN)/streamlit run app.py --server.port $(PORT) $(if $(ADDRESS),--server.address $(ADDRESS))
FIND_CHROMIUM = CHROMIUM=$$(sh scripts/find_chromium.sh $(BIN)/python) && export CHROMIUM
FIND_HAPROXY  = HAPROXY=$$(sh scripts/find_haproxy.sh) && export HAPROXY
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
LOCK    = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
          --custom-compile-command "make pins"

# A browser has the machine to itself. With ARGS="-k …" one half may be without tests, which pytest calls 5.
# Where Python may not keep bytecode, every worker and every server under test compiles all anew.
PYTEST  = set -x && env -u PYTHONDONTWRITEBYTECODE $(BIN)/pytest
BOTH    = --numprocesses 2 --dist worksteal
OR_NONE = || test $$? -eq 5

# An environment whose Python was removed or replaced is made anew, packages and all.
$(shell test -x $(BIN)/python || rm -f $(APP) $(DEV))

.PHONY: help run watch test bench setup pins clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-6s %s\n", $$1, $$2 }' Makefile

run: $(APP) ## open the app: make run PORT=8501
	@$(SERVE) $(ARGS)

watch: $(APP) ## the same, reloading whenever a source file changes
	@$(SERVE) --server.fileWatcherType auto --server.runOnSave true $(ARGS)

test: setup ## format, lint, types, and all tests, the browser's too
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	@$(FIND_HAPROXY) && $(PYTEST) $(BOTH) --ignore tests/browser $(ARGS) $(OR_NONE)
	@$(FIND_CHROMIUM) && $(PYTEST) tests/browser $(ARGS) $(OR_NONE)

bench: $(DEV) ## print the speed and load figures
	@$(FIND_CHROMIUM) && set -x && $(BIN)/python -m benchmarks $(ARGS)

setup: $(DEV) ## install what the tests need, a Chromium and HAProxy included
	@$(FIND_CHROMIUM) && echo "Browser: $$CHROMIUM"
	@$(FIND_HAPROXY) && echo "Proxy: $$HAPROXY"

pins: $(DEV) ## lock what requirements*.in name, with hashes: make pins ARGS="--upgrade-package pillow"
	$(LOCK) requirements.in --output-file requirements.txt $(ARGS)
	$(LOCK) requirements-dev.in --output-file requirements-dev.txt $(ARGS)

clean: ## remove the virtual environment and all caches
	rm -rf $(VENV) .hypothesis .mypy_cache .pytest_cache .ruff_cache .coverage test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@sh scripts/make_venv.sh $(VENV)

$(APP): $(BIN)/python requirements.txt
	$(INSTALL) -r requirements.txt
	@touch $@

$(DEV): $(BIN)/python requirements-dev.txt requirements.txt
	$(INSTALL) -r requirements.txt -r requirements-dev.txt
	@touch $@
