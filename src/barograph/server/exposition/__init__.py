"""What `/metrics` tells: the server's own state, its models' figures, its monitors and what they raised."""
