"""What Discord accepts: each module reads one kind of body, and says what is wrong in Discord's words."""
