"""The terminal: `python -m tinyllm` is the same as `tinyllm`."""

from tinyllm.cli import main

if __name__ == "__main__":
    main()
