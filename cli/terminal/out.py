"""What a command writes to a file that its user names, or to standard output."""

from typing import Final

import click

OUT: Final = click.Path(dir_okay=False, allow_dash=True)


def write_out(out: str | None, text: str) -> None:
    """Write a text where an option of type OUT asks for it; nowhere where it was not given.

    Raises:
        click.UsageError: the file cannot be written.
    """
    if out is not None:
        try:
            with click.open_file(out, "w", encoding="utf-8", atomic=out != "-") as file:
                file.write(text)
        except OSError as error:
            raise click.UsageError(f"{out} cannot be written: {error.strerror}.") from error
