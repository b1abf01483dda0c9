"""One need's whole thread, and a project's, told over cases, projects, money and assets."""
