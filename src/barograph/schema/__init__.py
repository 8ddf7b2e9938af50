"""What the columns of a model's rows mean."""
