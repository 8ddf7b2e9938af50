"""The product seen whole: what waits, what works, what was refused, what is kept, and its own record."""
