# make demo   compare the ways of working the face in the case `irmino`
# make test   all that CI runs: style, types, import rules, the whole suite
# make check  the same without the slow tests
# make bench  hewer and SimPy, Ciw, salabim and cimba by turns, then hewer by itself; BENCH="--long --keep" and the like
# make proof  what the statistical procedures keep of their promises, beside other libraries: docs/proof.md
# make numba  the engine with the oldest and the newest Numba that it allows, each in an environment thrown away
# make clean  remove what these made
#
# PYTHON=python3.12 chooses the Python that .venv is made with; JOBS=1 runs the tests one by one.

PYTHON ?=
JOBS ?= auto
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet -c constraints.txt

BENCH ?=
DEMO := --scenario solo --scenario crew --scenario record --worlds 200 --replications 5

.PHONY: demo test check lint kernel bench proof numba clean
.DELETE_ON_ERROR:

demo: $(VENV)/base.stamp
	$(BIN)/hewer compare irmino $(DEMO)

test: check
	$(BIN)/python -m pytest -q -m slow -n $(JOBS)

check: lint kernel
	$(BIN)/python -m pytest -q -m "not slow" -n $(JOBS)

# Compile the kernels once, or find them compiled, before several test processes want them.
kernel: $(VENV)/dev.stamp
	@for model in mm1 flow_line car_wash job_shop; do \
	    $(BIN)/hewer run examples/$$model.yaml --replications 1 > /dev/null || exit 1; \
	done

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

bench: $(VENV)/bench.stamp
	$(BIN)/python -m benchmarks.run $(BENCH)

proof: $(VENV)/proof.stamp
	$(BIN)/python -m benchmarks.proof

numba: $(VENV)/base.stamp
	$(BIN)/python tools/try_numba.py

# A virtual environment that was begun but not finished has no stamp, and is made anew.
$(VENV)/made.stamp:
	rm -rf $(VENV)
	sh tools/make_venv.sh $(VENV) $(PYTHON)
	touch $@

$(VENV)/base.stamp: $(VENV)/made.stamp pyproject.toml constraints.txt
	@echo "hewer: installing it and what it needs into $(VENV) (once)"
	$(PIP) -e .
	touch $@

$(VENV)/dev.stamp: $(VENV)/base.stamp
	@echo "hewer: installing what the tests need (once)"
	$(PIP) -e '.[dev]'
	touch $@

$(VENV)/bench.stamp: $(VENV)/base.stamp
	@echo "hewer: installing the peers that the benchmark measures (once)"
	$(PIP) -e '.[bench,sensitivity]'
	touch $@

$(VENV)/proof.stamp: $(VENV)/base.stamp
	@echo "hewer: installing the libraries that the proof stands beside (once)"
	$(PIP) -e '.[proof]'
	touch $@

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .benchmarks
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
