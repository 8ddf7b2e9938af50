"""The lake: raw rows of a model as Delta tables, typed, in one folder for each local day."""
