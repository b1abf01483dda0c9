"""Places: the area tree, its codes and names, and its working calendars."""
