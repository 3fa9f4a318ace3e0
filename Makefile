# Two commands do all the set-up on a machine that has Python >= 3.11 and make: `make map` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
JOBS ?= auto
MUTANTS ?=

.PHONY: map test test-all lint types accuracy bench mutants readme clean

map: $(READY)
	@mkdir -p build
	@$(BIN)/corridors compare Almaty Karachi --map build/almaty-karachi.html

test: $(READY) lint types
	$(BIN)/pytest -m "not slow" -n $(JOBS)

# node, which runs the tests of the scripts, is too large for those who do not touch them
test-all: test
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,scripts]'
	$(BIN)/pytest -m slow -n $(JOBS)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@if [ -x $(BIN)/biome ]; then \
		$(BIN)/biome check --config-path=tests/web/rules.json --error-on-warnings maps corridors tests/web; \
	else echo "JavaScript and CSS are not checked: biome comes for Linux on x86_64 alone"; fi

types: $(READY)
	$(BIN)/mypy

# lengths and times against published ones, as tables
accuracy: $(READY)
	$(BIN)/pytest tests/test_planner_comparison.py -k "published or pilot" -q

# the libraries it is held against are not needed for anything else
bench: $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,bench]'
	$(BIN)/pytest tests/benchmarks/bench_*.py --benchmark-columns=min,median,rounds --benchmark-disable-gc -q

# breaks pricing, sampling and the geometry of drawings line by line and lists what no test noticed ([tool.mutmut] says
# where and by which tests): make mutants MUTANTS='planner.price.hubs*', then mutmut show NAME. What is named runs anew; without
# names, what ran before is kept: rm -rf mutants for all of it
mutants: $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,mutants]'
	$(BIN)/mutmut run $(MUTANTS)
	@$(BIN)/mutmut results | sed '/not checked/d'

# the answers, numbers, tables and pictures that README.md and docs/ take from the data
readme: $(READY)
	$(BIN)/python docs/regenerate.py

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 ..." if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $(READY)

clean:
	rm -rf $(VENV) build dist mutants
