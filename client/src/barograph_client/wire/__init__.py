"""What goes over the wire: values, columns, bodies, headers."""
