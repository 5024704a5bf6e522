"""`{% load care_words %}{% badge visit.state|care_tone visit.state|care_word %}`: the badge of a visit or repair order."""

from django.template import Library

from forecourt.care import words

register = Library()
register.filter("care_tone", words.tone)
register.filter("care_word", words.of)
