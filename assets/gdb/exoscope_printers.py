# How gdb prints our types: a capability as what it allows, a status as what it means, a frame as whose it is.

import re

import gdb
import gdb.printing

RIGHTS = ["read", "write", "control", "set up", "destroy", "create", "memory", "processor", "devices", "call", "use",
          "narrow"]
KINDS = {1: "frame", 2: "environment", 3: "authority", 4: "slice", 5: "entry of", 6: "device", 7: "download"}
NOTHING = {0xFFFFFFFF: "any frame", 0xFFFFFFFE: "no frame"}
FRAME_FLAGS = ["guaranteed", "under revocation", "environment page", "being saved"]
STATES = ["free", "building", "ready", "running", "dormant"]


def bits(value, names):
    return [name for index, name in enumerate(names) if value >> index & 1]


def enumerator(value):
    """Ok, NoSuchFrame...: without the name of the type."""
    return str(value).split("::")[-1]


def frame_text(number):
    return NOTHING.get(number, "frame %d" % number)


def text_of(array):
    out = ""
    for index in range(array.type.range()[1] + 1):
        byte = int(array[index]) & 0xFF
        if byte == 0:
            break
        out += chr(byte) if 32 <= byte < 127 else "?"
    return out


def capability(value):
    resource = int(value["resource"])
    if resource == 0:
        return "no capability"
    kind = KINDS.get(resource >> 24, "kind %d," % (resource >> 24))
    rights = bits(int(value["rights"]), RIGHTS)
    return "%s %d, %s, generation %d" % (kind, resource & 0xFFFFFF, " ".join(rights) or "no rights",
                                         int(value["generation"]))


def result(value):
    status = enumerator(value["status"])
    return "Ok, %d (%#x)" % (int(value["value"]), int(value["value"])) if status == "Ok" else status


def frame_info(value):
    flags = bits(int(value["flags"]), FRAME_FLAGS)
    owner = int(value["owner"])
    whose = "of environment %d" % owner if owner else "free"
    return ", ".join([whose, "generation %d" % int(value["generation"]), "%d bindings" % int(value["bindings"])] + flags)


def environment_info(value):
    state = int(value["state"])
    return "%s, %s, %d frames, %d bindings" % (text_of(value["name"]) or "no name",
                                               STATES[state] if state < len(STATES) else "state %d" % state,
                                               int(value["frames"]), int(value["bindings"]))


def environment(value):
    return "environment %d, frame page %s" % (int(value["number"]), frame_text(int(value["page_frame"])))


def repossession(value):
    if int(value["request"]) == 0:
        return "none"
    return "request %d took %s of generation %d, saved to %s" % (
        int(value["request"]), frame_text(int(value["frame"])), int(value["generation"]),
        frame_text(int(value["saved_to"])))


def page(value):
    return "%s in %s" % (enumerator(value["state"]), frame_text(int(value["frame"])))


PRINTERS = {
    "exo::abi::Capability": capability,
    "exo::kernel::Result": result,
    "exo::libos::Result": result,
    "exo::abi::FrameInfo": frame_info,
    "exo::abi::EnvironmentInfo": environment_info,
    "exo::kernel::Environment": environment,
    "exo::abi::Repossession": repossession,
    "exo::libos::Page": page,
}


# One line says all of these, and print/r shows what it is made of.
class Printer:
    def __init__(self, words, value):
        self.words = words
        self.value = value

    def to_string(self):
        return self.words(self.value)


# Of the others it is the first line.
class LongPrinter(Printer):
    def children(self):
        for field in self.value.type.fields():
            if not field.is_base_class and not field.artificial and hasattr(field, "bitpos"):
                yield field.name, self.value[field.name]


LONG = ["exo::kernel::Environment"]


def register():
    collection = gdb.printing.RegexpCollectionPrettyPrinter("exoscope")
    for name, words in PRINTERS.items():
        kind = LongPrinter if name in LONG else Printer
        collection.add_printer(name, "^%s$" % re.escape(name), lambda value, k=kind, words=words: k(words, value))
    gdb.printing.register_pretty_printer(None, collection, replace=True)
