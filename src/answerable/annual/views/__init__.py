"""Views of reports: everybody's, and the desk's."""
