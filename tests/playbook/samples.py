"""A small playbook that uses everything the language has, and the vocabulary that knows its words."""

from forecourt.playbook import EffectTerms
from forecourt.playbook import Vocabulary

WHOLE = """\
playbook: visit
version: "2026.11"
about: opportunity
title: {en: Visit, zh: 到店}
steps:
  greet:
    title: {en: Greet, zh: 迎接}
    by: adviser
    within: 15 min of store hours
    on_late: [notify: store_manager, after 2 h: reroute, after 1 d: {reassign: store_manager}]
    record: {outcome: [stays, calls_later, leaves], note: text?}
    takes: 4..9 min
  advise:
    title: {en: Advise, zh: 咨询}
    by: {role: [adviser, store_manager], holds: [brand-product]}
    within: 2 working days
    record: {wish: text, budget?: money}
    takes: 20 min
  drive:
    title: {en: Test drive, zh: 试驾}
    by: {role: adviser, holds: [test-drive]}
    uses: [test_car]
    must: customer.licence_checked && consent("test-drive")
    should: {that: advise.done, because: {en: Advise first, zh: 先做咨询}}
    record: {car: code, minutes: number}
    effect: sales.drive
    evidence: [signature, {photo: 2}]
  order:
    title: {en: Order, zh: 下单}
    by: adviser
    must: drive.minutes > 5 || driven.enough
  farewell:
    title: {en: Farewell, zh: 道别}
    by: adviser
  complain:
    title: {en: Complaint, zh: 投诉}
    by: [adviser, customer]
  calm:
    title: {en: Calm down, zh: 安抚}
    by: store_manager
  note:
    title: {en: Note, zh: 备注}
    by: adviser
parts:
  try_it: {maybe: {repeat: drive, at_most: 3}}
flow:
  - greet
  - one:
      stays:
        - any_order: [advise, maybe: [note, farewell]]
        - try_it
        - one: {buys: [order, ends: ordered], goes: {then: [farewell], ends: gone}}
      calls_later:
        - retry: {step: greet, every: 1 d, at_most: 3}
      otherwise: [ends: gone]
anytime:
  complain: {then: [calm]}
  customer_withdraws: {then: [farewell], ends: withdrawn}
standards:
  quick: share(greet.on_time) >= 95 %
  friendly: {title: {en: Friendly, zh: 友好}, measure: median(greet.wait) <= 10 min}
next: {ordered: order-to-handover}
words:
  stays: {en: Stays, zh: 留下}
  calls_later: {en: Calls later, zh: 稍后联系}
  leaves: {en: Leaves, zh: 离开}
  ordered: {en: Ordered, zh: 已下单}
  gone: {en: Gone, zh: 已离开}
  withdrawn: {en: Withdrawn, zh: 已撤回}
  done: {en: Done, zh: 已完成}
"""

VOCABULARY = Vocabulary(
    roles=frozenset(("adviser", "store_manager", "customer")),
    certificates=frozenset(("brand-product", "test-drive")),
    effects={"sales.drive": EffectTerms(needs=("car",), gives=("driven.enough",))},
    resources=frozenset(("test_car",)),
    facts={"opportunity": frozenset(("customer.licence_checked", "customer.name"))},
    functions=frozenset(("consent",)),
    playbooks=frozenset(("order-to-handover", "repair")),
)
