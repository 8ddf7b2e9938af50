"""Who looks at pages: passwords, sessions, and that a form was sent from here."""
