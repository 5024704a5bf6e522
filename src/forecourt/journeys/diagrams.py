"""A published playbook as a BPMN 2.0 file: for the page and the API."""

from django.http import HttpResponse

from forecourt.exchange.bpmn import export
from forecourt.journeys import vocabulary
from forecourt.journeys.programs import Known


def download(known: Known, language: str) -> HttpResponse:
    """The file, with roles called as on the pages of that language."""
    book = known.playbook
    return HttpResponse(
        export(book, language, vocabulary.role_titles(language)),
        content_type="application/xml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{book.name}-{book.version}.bpmn"'},
    )
