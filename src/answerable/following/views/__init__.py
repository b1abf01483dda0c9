"""Pages of needs and projects."""
