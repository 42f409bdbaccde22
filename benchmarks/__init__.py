"""Measurements of the budgets that the product promises; run one as `python -m benchmarks.<name>`."""
