"""The gateway: sessions of bots, the events they get, and the sockets they come through."""
