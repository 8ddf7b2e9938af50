.DEFAULT_GOAL := help
.PHONY: help test lint types format docs demo ci

help: ## List the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

test: ## Everything but the marked soak tests
	uv run pytest

lint: ## Style, imports between layers, spelling
	uv run ruff check .
	uv run ruff format --check .
	uv run lint-imports
	uv run codespell

types: ## Types of the package
	uv run mypy

format: ## Put code into shape
	uv run ruff check --fix .
	uv run ruff format .

docs: ## Write the generated pages
	for page in docs/generate_*.py; do uv run python $$page; done

demo: ## A year of real rows replayed through a server
	uv run barograph demo

ci: ## What continuous integration runs, from installing to the built wheel
	.ci/run
