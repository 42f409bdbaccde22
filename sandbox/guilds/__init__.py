"""Guilds: their channels, threads, roles, members, invites and emojis, who changes them, and who may."""
