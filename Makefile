# Firesteel's menu. `make help` lists it.

CACHE ?= $(HOME)/.cache/firesteel
# Outside the checkout, so that a fresh clone finds its dependencies built.
export CARGO_TARGET_DIR ?= $(CACHE)/target
VENV ?= $(CACHE)/venv
BENCH_VENV ?= $(CACHE)/bench-venv
DBT_VENV ?= $(CACHE)/dbt-venv
FIRESTEEL = $(CARGO_TARGET_DIR)/debug/firesteel
SHIPPED = $(CARGO_TARGET_DIR)/shipping/firesteel

.PHONY: help build demo test test-rust test-python conformance bench shipping lint clean

help: ## This list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

build: tools ## The binary, for daily work
	cargo build --workspace

.PHONY: tools
tools:
	@scripts/tools.sh

demo: build $(VENV)/demo ## Install what is missing, build, and run examples/flights.py
	$(FIRESTEEL) submit --python $(VENV)/bin/python --warehouse $(CACHE)/demo-warehouse examples/flights.py

test: lint test-rust test-python ## All tests, with all set-up

test-rust: build
	cargo test --workspace

test-python: build $(VENV)/tests $(DBT_VENV)/dbt
	FIRESTEEL=$(FIRESTEEL) DBT=$(DBT_VENV)/bin/dbt $(VENV)/bin/python -m pytest tests/python -q -n 2 --dist loadfile

conformance: build $(VENV)/tests ## The examples of PySpark's documentation, with reasons for failures
	FIRESTEEL=$(FIRESTEEL) $(VENV)/bin/python tests/python/conformance.py --show

shipping: tools ## The binary as it is shipped and benchmarked
	cargo build --profile shipping -p firesteel-cli

bench: shipping $(BENCH_VENV)/bench ## Firesteel beside its peers: prints ratios, writes bench/results
	FIRESTEEL=$(SHIPPED) $(BENCH_VENV)/bin/python bench/run.py --tpch --latency --csv

lint: tools ## Format and lints
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings

$(VENV)/demo: examples/requirements.txt
	scripts/venv.sh $(VENV) examples/requirements.txt $@

$(VENV)/tests: tests/python/requirements.txt
	scripts/venv.sh $(VENV) tests/python/requirements.txt $@

# dbt has many dependencies with opinions of their own about versions.
$(DBT_VENV)/dbt: examples/elt/requirements.txt
	scripts/venv.sh $(DBT_VENV) examples/elt/requirements.txt $@

$(BENCH_VENV)/bench: bench/requirements.txt
	scripts/venv.sh $(BENCH_VENV) bench/requirements.txt $@

clean: ## Remove everything built
	rm -rf $(CACHE)
