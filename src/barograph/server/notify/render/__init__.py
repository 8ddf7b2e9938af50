"""Letters as people read them: one sheet, then HTML, text, or as few characters as a channel takes."""
