"""One prediction explained: where its row stands among the reference's, and how rows like it fared."""
