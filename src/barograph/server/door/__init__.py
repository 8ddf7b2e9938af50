"""The door: what a request's body holds, decoded, checked and stripped of what may not be kept."""
