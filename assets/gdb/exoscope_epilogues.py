# The end of a function, where the registers of its caller are back already but the caller does not run yet. What the
# compiler says of the frame is not true there, and gdb arrives there whenever it goes backwards over a call. The few
# instructions that are left are executed on paper.

import gdb
from gdb.unwinder import Unwinder

MOST = 14  # instructions before the return
RETURN = 0x03E00008  # jr ra
ADDIU, LW = 9, 35
SP, FP, RA = 29, 30, 31
NAMES = ["zero", "at", "v0", "v1", "a0", "a1", "a2", "a3", "t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "s0", "s1",
         "s2", "s3", "s4", "s5", "s6", "s7", "t8", "t9", "k0", "k1", "gp", "sp", "s8", "ra"]
KEPT = [16, 17, 18, 19, 20, 21, 22, 23, 28, SP, FP, RA]
MASK = 0xFFFFFFFF


class Id:
    def __init__(self, sp, pc):
        self.sp = gdb.Value(sp)
        self.pc = gdb.Value(pc)


class Unknown(Exception):
    """This is not the end of a function."""


class Epilogues(Unwinder):
    def __init__(self):
        super().__init__("exoscope epilogues")

    def __call__(self, frame):
        pc = int(frame.read_register("pc")) & MASK
        try:
            memory = gdb.selected_inferior().read_memory(pc, 4 * (MOST + 2)).tobytes()
        except gdb.MemoryError:
            return None
        words = [int.from_bytes(memory[i:i + 4], "little") for i in range(0, len(memory), 4)]
        if RETURN not in words:
            return None
        at = words.index(RETURN)
        if at + 1 >= len(words):
            return None
        block = gdb.current_progspace().block_for_pc(pc)
        while block is not None and block.function is None:
            block = block.superblock
        if block is None:
            return None
        try:
            # The delay slot of the return belongs to it.
            registers = self.execute(frame, words[:at] + [words[at + 1]])
        except (Unknown, gdb.MemoryError):
            return None
        info = frame.create_unwind_info(Id(registers.get(SP), block.start & MASK))
        self.put(info, frame, "pc", registers.get(RA))
        for number in KEPT:
            self.put(info, frame, NAMES[number], registers.get(number))
        return info

    def execute(self, frame, words):
        registers = Registers(frame)
        for word in words:
            kind, source, target = word >> 26, word >> 21 & 31, word >> 16 & 31
            low = (word & 0xFFFF) - (word << 1 & 0x10000)
            if word == 0:
                continue
            if kind == LW and source in (SP, FP):
                registers.set(target, registers.word(registers.get(source) + low))
            elif kind == ADDIU and source == SP and target == SP:
                registers.set(SP, registers.get(SP) + low)
            elif kind == 0 and word & 0x7FF in (0x21, 0x25) and target == 0:  # move
                registers.set(word >> 11 & 31, registers.get(source))
            else:
                raise Unknown()
        return registers

    def put(self, info, frame, name, value):
        info.add_saved_register(name, gdb.Value(value.to_bytes(4, "little"), frame.read_register(name).type))


class Registers:
    def __init__(self, frame):
        self.frame = frame
        self.changed = {}

    def get(self, number):
        if number not in self.changed:
            self.changed[number] = int(self.frame.read_register(NAMES[number])) & MASK
        return self.changed[number]

    def set(self, number, value):
        self.changed[number] = value & MASK

    def word(self, address):
        return int.from_bytes(gdb.selected_inferior().read_memory(address & MASK, 4).tobytes(), "little")


def register():
    gdb.unwinder.register_unwinder(None, Epilogues(), replace=True)
