"""The portal, as the commands ask it by its API."""
