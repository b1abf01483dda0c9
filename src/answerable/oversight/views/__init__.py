"""Views of overviews."""
