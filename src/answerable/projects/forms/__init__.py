"""What the desk's forms of projects ask for, and how it is read."""
