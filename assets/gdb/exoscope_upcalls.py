# The stack below an upcall: what the handler interrupted is its caller, so that `next` goes over an upcall and `bt` shows
# what it came into. Where the interrupted registers are is said in libos/base/upcall_entry.S: at first in the
# environment page, then in a block at sp.

import gdb
from gdb.FrameDecorator import FrameDecorator
from gdb.unwinder import Unwinder

PAGE_EXCEPTION_PC = 0x1000
PAGE_INTERRUPT = 0x1020  # pc, a0, a1, a2, a3
# Until here sp is the program's, then it is in gp (bytes after the entry).
EXCEPTION_SP_UNTIL = 24
INTERRUPT_SP_UNTIL = 36
# SavedRegisters, from libos/base/upcall_layout.h.
SAVED_PC = 24
SAVED = {"sp": 28, "at": 32, "v0": 36, "v1": 40, "a0": 44, "a1": 48, "a2": 52, "a3": 56, "t0": 60, "t1": 64, "t2": 68,
         "t3": 72, "t4": 76, "t5": 80, "t6": 84, "t7": 88, "t8": 92, "t9": 96, "ra": 100, "hi": 104, "lo": 108}
KEPT = ["s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8"]
NAMES = ["exo_exception_entry", "exo_interrupt_entry", "copy", "chained", "roused", "leave", "exo_exit", "exit_masked",
         "exo_guarded_begin"]
JUMP_BACK = 16  # bytes from the call of the exceptions' handler to the end of its entry


class Id:
    def __init__(self, sp, pc):
        self.sp = gdb.Value(sp)
        self.pc = gdb.Value(pc)


class Upcalls(Unwinder):
    def __init__(self):
        super().__init__("exoscope upcalls")
        self.labels = {}
        self.looking = False

    def labels_of(self, space):
        """Where the parts of the entry lie in this program; nothing when it has none."""
        if space not in self.labels:
            self.looking = True
            try:
                found = {name: int(gdb.parse_and_eval("(unsigned long)&'%s'" % name)) & 0xFFFFFFFF for name in NAMES}
                self.labels[space] = found if found["exo_exception_entry"] < found["exo_guarded_begin"] else None
            except gdb.error:
                self.labels[space] = None
            finally:
                self.looking = False
        return self.labels[space]

    def forget(self, event):
        self.labels.clear()

    def __call__(self, frame):
        if self.looking:
            return None
        labels = self.labels_of(gdb.current_progspace())
        if labels is None:
            return None
        pc = int(frame.read_register("pc")) & 0xFFFFFFFF
        if not labels["exo_exception_entry"] <= pc < labels["exo_guarded_begin"]:
            return None
        try:
            return self.unwind(frame, labels, pc)
        except gdb.MemoryError:
            return None

    def unwind(self, frame, labels, pc):
        sp = int(frame.read_register("sp")) & 0xFFFFFFFF
        entry = labels["exo_exception_entry" if pc < labels["exo_interrupt_entry"] else "exo_interrupt_entry"]
        called = labels["exo_interrupt_entry"] - JUMP_BACK if entry == labels["exo_exception_entry"] else labels["chained"]
        if labels["roused"] <= pc < labels["leave"]:
            return None  # it waited to be entered: nothing was interrupted
        if pc < called:
            return self.from_page(frame, entry, pc - entry, sp, entry == labels["exo_exception_entry"])
        return self.from_block(frame, labels["exo_interrupt_entry"], sp)

    def word(self, address):
        return int.from_bytes(gdb.selected_inferior().read_memory(address, 4).tobytes(), "little")

    def put(self, info, frame, name, value):
        kind = frame.read_register(name).type
        info.add_saved_register(name, gdb.Value(value.to_bytes(4, "little"), kind))

    def from_page(self, frame, entry, offset, sp, exception):
        pc = self.word(PAGE_EXCEPTION_PC if exception else PAGE_INTERRUPT)
        if pc == 0:
            return None
        if offset > (EXCEPTION_SP_UNTIL if exception else INTERRUPT_SP_UNTIL):
            sp = int(frame.read_register("gp")) & 0xFFFFFFFF
        info = frame.create_unwind_info(Id(sp, entry))
        self.put(info, frame, "pc", pc)
        self.put(info, frame, "sp", sp)
        for name in KEPT + ["ra"]:
            info.add_saved_register(name, frame.read_register(name))
        if not exception:
            for index, name in enumerate(["a0", "a1", "a2", "a3"]):
                self.put(info, frame, name, self.word(PAGE_INTERRUPT + 4 + 4 * index))
        return info

    def from_block(self, frame, entry, block):
        pc = self.word(block + SAVED_PC)
        if pc == 0:
            return None
        info = frame.create_unwind_info(Id(self.word(block + SAVED["sp"]), entry))
        self.put(info, frame, "pc", pc)
        for name, offset in SAVED.items():
            self.put(info, frame, name, self.word(block + offset))
        for name in KEPT:
            info.add_saved_register(name, frame.read_register(name))
        return info


class UpcallFrame(FrameDecorator):
    def function(self):
        return "<upcall from the kernel>"


class Boundaries:
    """The frames in which an upcall came are shown as what they are."""

    def __init__(self, unwinder):
        self.name = "exoscope upcalls"
        self.priority = 100
        self.enabled = True
        self.unwinder = unwinder
        gdb.frame_filters[self.name] = self

    def filter(self, frames):
        return map(self.decorated, frames)

    def decorated(self, decorator):
        labels = self.unwinder.labels.get(gdb.current_progspace())
        pc = decorator.inferior_frame().pc() & 0xFFFFFFFF
        if labels and labels["exo_exception_entry"] <= pc < labels["exo_guarded_begin"]:
            return UpcallFrame(decorator)
        return decorator


def register():
    unwinder = Upcalls()
    Boundaries(unwinder)
    gdb.unwinder.register_unwinder(None, unwinder, replace=True)
    gdb.events.new_objfile.connect(unwinder.forget)
    gdb.events.clear_objfiles.connect(unwinder.forget)
