"""Pictures as SVG text: pure functions of small arrays, drawn on the server, equal in report and notebook."""
