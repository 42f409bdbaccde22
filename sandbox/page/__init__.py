"""The page: what a person sees of the sandbox in a browser."""
