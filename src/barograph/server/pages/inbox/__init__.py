"""The inbox: what needs somebody, and whether all else is well."""
