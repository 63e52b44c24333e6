"""The sentences: how an answer relates to the right one, and what an exception means in plain words."""
