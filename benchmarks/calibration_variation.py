def variation_table(*a): return []
