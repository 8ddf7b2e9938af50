"""What happens around every request, as pure ASGI: a wrapper of Starlette's own kind costs a hundred times more."""
