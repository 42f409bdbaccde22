"""A chat at the terminal: what is typed, what is drawn, and what is kept."""
