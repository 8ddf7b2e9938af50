"""The parts of a page, each made from a comparison as values of the view."""
