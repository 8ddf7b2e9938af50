"""What one pass over rows keeps: kernels, sums that add up, and the Profile value."""
