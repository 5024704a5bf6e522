"""`forecourt`: one command for all there is to run. A command's module is imported only when it is called."""

import importlib

import click

from forecourt.platform.embedded.errors import EmbeddedError

# name: (module below forecourt.cli.commands, one line for --help)
COMMANDS = {
    "up": ("up", "Run the site, its workers and, unless DATABASE_URL is set, the database."),
    "demo": ("demo", "Fill a sample network with weeks of trade and show it."),
    "check": ("check", "Say what is wrong with this installation and what to do."),
    "reset": ("reset", "Delete all data of this installation (asks first)."),
    "intake": ("intake", "Take enquiries from files: ADF, e-mail, WeCom JSON, CSV, our JSON."),
    "user": ("user", "Make accounts, list them, give passwords."),
    "network": ("network", "Load the methodology's network, prices and playbooks."),
    "prices": ("prices", "Load price lists."),
    "playbook": ("playbook", "Check and publish playbooks."),
    "conform": ("conform", "Judge anybody's log by a playbook."),
    "journal": ("journal", "Verify the journal."),
    "insight": ("insight", "Measure journeys against playbooks; try a draft on the past."),
    "token": ("token", "Make and revoke tokens of the API."),
    "migrate": ("migrate", "Bring the database's tables up to date."),
    "worker": ("worker", "Run the background worker alone."),
    "database": ("database", "Prepare a PostgreSQL of your own."),
    "assets": ("assets", "Build style sheets, scripts and translations."),
}


class LazyGroup(click.Group):
    """Knows its commands by name; loads one when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"forecourt.cli.commands.{COMMANDS[name][0]}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS:
            ctx.fail(_unknown(args[0]))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except EmbeddedError as error:
            raise click.ClickException(str(error)) from error


def _unknown(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, COMMANDS, n=1)
    return f"There is no command {name!r}." + (f" Did you mean {near[0]!r}?" if near else "")


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="forecourt", prog_name="forecourt")
def main() -> None:
    """Forecourt runs a car sales-and-service network. Data lie in FORECOURT_HOME."""


if __name__ == "__main__":
    main()
