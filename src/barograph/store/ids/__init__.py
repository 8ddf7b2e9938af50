"""Which prediction ids are known: sorted files of hashes, and the day and version of each."""
