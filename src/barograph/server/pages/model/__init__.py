"""What the pages of one model share: how it stands, its figures through time, their pictures."""
