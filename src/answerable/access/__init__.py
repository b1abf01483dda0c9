"""Access: staff, the posts they fill, the rights a post holds in an area and below, and the gate."""
