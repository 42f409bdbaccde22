"""The Discord application: settings, replies, permissions, and the process itself."""
