"""How well the rows of queries are ordered: means over queries, one small file per figure."""
