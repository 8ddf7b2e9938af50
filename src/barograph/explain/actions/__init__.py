"""What to do about a change: each action with what it would have brought on rows it has not learned from."""
