"""The words of the hub as frozen values; standard library only."""
