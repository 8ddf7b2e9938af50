"""A story on generated loans: late labels, a data fault, a concept change, a biased source; the truth is known."""
