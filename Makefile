# The two commands of the README: `make demo` and `make test`. Each sets up all it needs.
VENV ?= .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell sh .ci/find-python)
SOURCES := pyproject.toml constraints.txt

.PHONY: demo test lint bench test-pythons notebooks constraints clean

demo: $(VENV)/.demo
	$(BIN)/sandbox run first_look

test: $(VENV)/.dev lint
	$(BIN)/python -m pytest -q

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev
	$(BIN)/python benchmarks/run.py

# The kernel and store tests on every supported Python that this machine has.
test-pythons:
	sh .ci/test-pythons

constraints: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 \
	  --no-emit-index-url --no-annotate --no-header --quiet --upgrade --output-file constraints.txt

clean:
	rm -rf $(VENV) .venvs .pytest_cache .mypy_cache .ruff_cache .hypothesis dist

$(VENV)/.python:
	@test -n "$(PYTHON)" || { echo "error: no Python 3.11, 3.12 or 3.13 found: install one, or set PYTHON=..." >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

# uv where it is there (seconds), pip otherwise (half a minute); both take the pinned versions.
INSTALL = if command -v uv >/dev/null 2>&1; then uv pip install --quiet --python $(BIN)/python -c constraints.txt -e '.[$(1)]'; \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[$(1)]'; fi

$(VENV)/.demo: $(VENV)/.python $(SOURCES)
	@echo "installing the sandbox and LangGraph into $(VENV) ..."
	@$(call INSTALL,langgraph)
	@touch $@

$(VENV)/.dev: $(VENV)/.python $(SOURCES)
	@echo "installing the sandbox and all it is tested with into $(VENV) ..."
	@$(call INSTALL,dev)
	@touch $@ $(VENV)/.demo
