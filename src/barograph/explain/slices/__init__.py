"""Where a model errs most: conjunctions of a few columns' values whose rows have a high loss."""
