"""The methodology language: text is parsed to records, checked, and compiled to a finite program.

    loaded = load(text, "retail.yaml")
    diagnostics = loaded.diagnostics + check(loaded.playbook, vocabulary)
    program = compile_playbook(loaded.playbook)
    move = program.move(program.start, "respond", "reached")

Pure: no Django, no clock, no randomness. See docs/reference/playbook.md for the language and
docs/explanation/playbook-semantics.md for what a program does.
"""
