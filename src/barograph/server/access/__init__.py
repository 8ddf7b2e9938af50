"""Who may do what: keys, roles, and what every route needs."""
