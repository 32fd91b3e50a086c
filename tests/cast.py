"""The cast of the tests: the people of the story, entered in an empty database."""

from config.story.people import Cast, enter

__all__ = ["Cast", "enter"]
