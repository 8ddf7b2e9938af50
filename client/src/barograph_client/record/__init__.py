"""What callers give, made into what waits to be sent."""
