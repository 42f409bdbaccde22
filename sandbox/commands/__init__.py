"""Commands: what is registered, who is offered it, and the interactions that come of it."""
