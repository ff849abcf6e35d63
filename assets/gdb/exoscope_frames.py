# The stack as a reader wants it: where an upcall came in it says so, and a stack of the kernel ends where it was entered
# from, because what lies beyond is another program.

import gdb
from gdb.FrameDecorator import FrameDecorator

KERNEL_ADDRESSES = 0x80000000
MASK = 0xFFFFFFFF


class Plain(FrameDecorator):
    """As gdb shows it without a filter: the name without the types of its arguments."""

    def function(self):
        return self.inferior_frame().name() or super().function()


class Named(FrameDecorator):
    def __init__(self, frame, name):
        super().__init__(frame)
        self.name = name

    def function(self):
        return self.name

    def frame_args(self):
        return None


class Boundaries:
    def __init__(self):
        self.name = "exoscope boundaries"
        self.priority = 100
        self.enabled = True
        gdb.frame_filters[self.name] = self

    def filter(self, frames):
        in_kernel = False
        for decorator in frames:
            frame = decorator.inferior_frame()
            pc = frame.pc() & MASK
            if pc >= KERNEL_ADDRESSES:
                in_kernel = True
            elif in_kernel:
                yield Named(decorator, "<the environment that entered the kernel: exo env>")
                return
            table = frame.find_sal().symtab
            upcall = table is not None and table.filename.endswith("libos/base/upcall_entry.S")
            yield Named(decorator, "<upcall from the kernel>") if upcall else Plain(decorator)


def register():
    Boundaries()
