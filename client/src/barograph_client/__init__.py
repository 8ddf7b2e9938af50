"""Send predictions, labels and readings to Barograph."""
