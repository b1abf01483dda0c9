"""Web: the page shell, its components, and turning a Problem into a page or JSON."""
