"""`forecourt assets`: the web bundle and the compiled translations of a checkout."""

import click


@click.command("assets")
@click.option("--force", is_flag=True, help="Build even when nothing changed.")
def command(force: bool) -> None:
    """Build style sheets, scripts and translations where their sources changed."""
    from forecourt.web import assets
    from forecourt.web import translations

    try:
        built = assets.build(force=force)
    except assets.AssetsError as error:
        raise click.ClickException(str(error)) from error
    click.echo("Web assets: built." if built else "Web assets: up to date.")
    click.echo(f"Translations: {len(translations.compile_catalogues(force=force))} compiled.")
