"""What decides in this room: pure functions over plain values, no Django."""
