"""Reading what the desk's forms send, and what each form asks for."""
