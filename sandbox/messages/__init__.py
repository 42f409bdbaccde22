"""What messages are made of and what is done to them: files, mentions, reactions, pins, polls and webhooks."""
