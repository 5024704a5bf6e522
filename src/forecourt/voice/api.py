"""Routes of surveys."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Query
from ninja import Router
from ninja import Schema

from forecourt.platform.access import only_for
from forecourt.platform.paging import page_of
from forecourt.platform.roles import CARMAKER
from forecourt.platform.roles import CUSTOMER
from forecourt.platform.roles import ENGINEER
from forecourt.platform.roles import NETWORK_OPS
from forecourt.platform.roles import OPERATOR_MANAGER
from forecourt.platform.roles import STORE_MANAGER
from forecourt.voice import queries
from forecourt.voice.actions import answer
from forecourt.voice.models import Survey

READERS = (STORE_MANAGER, CARMAKER, OPERATOR_MANAGER, NETWORK_OPS, ENGINEER)
router = Router(tags=["voice"])


class SurveyOut(Schema):
    id: UUID
    instrument: str
    version: str
    store: str
    sent_at: datetime | None
    answered_at: datetime | None
    score: int | None
    answers: dict[str, str]


class Surveys(Schema):
    items: list[SurveyOut]
    next_cursor: str


class ScoreOut(Schema):
    store: str
    instrument: str
    version: str
    sent: int
    answered: int
    mean: float | None
    few: bool


class Answers(Schema):
    answers: dict[str, str]


class Answered(Schema):
    survey: UUID
    score: int


@router.get("/surveys", response=Surveys, summary="Surveys sent, newest first")
def surveys(request: HttpRequest, cursor: str = "", limit: int = Query(50, ge=1, le=200)) -> Surveys:
    only_for(request, (*READERS, CUSTOMER))
    page = page_of(Survey.objects.filter(sent_at__isnull=False), order="-id", cursor=cursor, limit=limit)
    return Surveys.model_validate(
        {"items": page.items, "next_cursor": page.next_cursor}, from_attributes=True
    )


@router.get("/surveys/scores", response=list[ScoreOut], summary="Mean score by store and instrument version")
def scores(request: HttpRequest, instrument: str = "") -> list[queries.Score]:
    only_for(request, READERS)
    return queries.scores(instrument)


@router.post("/surveys/{survey}/answers", response=Answered, summary="Answer a survey (customers only)")
def post_answers(request: HttpRequest, survey: UUID, payload: Answers) -> dict[str, object]:
    return answer(
        by=request.actor, at=request.at, key=request.key, survey=str(survey), answers=payload.answers
    )  # type: ignore[attr-defined]
