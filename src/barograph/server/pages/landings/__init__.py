"""Where each audience begins: data scientists, product managers, compliance; and what the fleet lacks."""
