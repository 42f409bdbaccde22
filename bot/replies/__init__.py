"""Replies: how an answer becomes Discord messages."""
