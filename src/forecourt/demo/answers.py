"""Customers of the demo who answer their surveys."""

from datetime import date
from datetime import datetime
from datetime import timedelta

from forecourt.demo import period
from forecourt.demo.rates import Rates
from forecourt.demo.stage import Stage
from forecourt.platform.actor import NETWORK_SCOPE
from forecourt.platform.actor import Actor
from forecourt.platform.scope import reading
from forecourt.voice.actions import answer
from forecourt.voice.actions import instrument_of
from forecourt.voice.instruments import Question
from forecourt.voice.models import Survey


class Answers:
    """Each evening some of those who were asked answer, most of them kindly."""

    def __init__(self, stage: Stage, rates: Rates) -> None:
        self.stage, self.rates = stage, rates
        self._asked: set[str] = set()

    def every_evening(self, first: date, days: int) -> None:
        for ahead in range(days):
            self.stage.plan(period.local(first + timedelta(days=ahead), 20.5), self.evening)

    def evening(self, at: datetime) -> None:
        with reading(NETWORK_SCOPE):
            waiting = list(Survey.objects.open(at).order_by("sent_at", "store", "entry_id"))
        for survey in waiting:
            if str(survey.id) not in self._asked:
                self._asked.add(str(survey.id))
                if self.stage.chance(self.rates.answers_survey):
                    self._answer(at, survey)

    def _answer(self, at: datetime, survey: Survey) -> None:
        answers = {question.code: self._choice(question) for question in instrument_of(survey).questions}
        answer(by=Actor.customer(survey.person_id), at=at, survey=str(survey.id), answers=answers)

    def _choice(self, question: Question) -> str:
        if question.kind == "scale":
            return str(round(self.stage.rng.triangular(question.low, question.high, question.high)))
        if question.kind == "choice":
            return self.stage.rng.choices(
                question.options, [len(question.options) - n for n in range(len(question.options))]
            )[0][0]
        return ""
