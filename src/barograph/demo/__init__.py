"""Stories in which a model fails: bike rides, which are real, and loans, which are generated so that truth is known."""
