"""Names that readers and writers of BPMN share: namespaces, our own extension, limits of an import."""

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
EDGES = "http://www.omg.org/spec/DD/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
OURS = "urn:forecourt:playbook:1"  # the namespace of what BPMN has no words for

MAX_BYTES = 5_000_000  # of a file that comes in
MAX_ELEMENTS = 60_000  # of XML, whatever their namespace
MAX_NODES = 1_500  # tasks, events and gateways of one process, calls and sub-processes written out
MAX_NESTING = 12  # sub-processes in sub-processes
MOST_COPIES = 300  # blocks that may be written twice where a diagram has no block structure

# Kinds of a `way`, the extension of a sequence flow; a branch of a choice has a label instead.
SKIP = "skip"  # leaves out the block of a maybe
AGAIN = "again"  # goes back for another round
LEAVES = "leaves"  # a retry whose outcome has a branch of its own
