# Our commands for gdb: connects to `exoscope gdb`, and says what only Exoscope knows. Load it with `gdb -x`.
#
#   exo connect ADDRESS     where `exoscope gdb` listens
#   exo connected           after an IDE has connected by itself
#   exo envs                every other word is for Exoscope: `exo help` lists them
#   exo goto N|begin|end    to an instruction of the run
#   exo here                after the run was moved in the window: gdb looks again
#   exo into                one instruction, into the kernel, too
#
# Each environment is an inferior with its own symbols; the kernel is the last one. A step stays in its environment,
# `continue` stops wherever there is a breakpoint.

import os
import socket
import sys
import threading

import gdb

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, FOLDER)

import exoscope_epilogues  # noqa: E402
import exoscope_frames  # noqa: E402
import exoscope_printers  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(FOLDER))
KERNEL_PROCESS = 64
SETTINGS = [
    "set breakpoint pending on",
    "set remotetimeout 60",  # the run may have to be executed again for an answer
    # What is written would not be what happened.
    "set may-write-memory off",
    "set may-write-registers off",
]
SETTINGS_OF_A_RUN = [
    "set schedule-multiple on",
    "set scheduler-locking step",
    # The window shows the breakpoints also while gdb waits for a command.
    "set breakpoint always-inserted on",
    # A step goes over what no line of the program calls.
    "skip -gfi libos/base/*.S",
]


def quietly(command):
    return gdb.execute(command, to_string=True)


def monitor(line):
    return quietly("monitor " + line)


def first_word(line):
    """gdb may have something to say behind the answer, as that it does not know the frame's language."""
    return (monitor(line).split() or [""])[0]


def programs():
    """Number, name and ELF file of every environment, as Exoscope knows them."""
    rows = [line.split("\t") for line in monitor("programs").splitlines()]
    return [(int(row[0]), row[1], row[2]) for row in rows if len(row) == 3 and row[0].isdigit()]


def is_connected():
    return any(inferior.pid != 0 for inferior in gdb.inferiors())


def is_running():
    try:
        return any(thread.is_running() for inferior in gdb.inferiors() for thread in inferior.threads())
    except gdb.error:
        return True  # it asks for the threads, and while they run nobody answers


is_exiting = False


def on_exiting(event):
    global is_exiting
    is_exiting = True


def post(action):
    """Later, from another thread. What is posted while gdb 13 exits brings it down."""
    if not is_exiting:
        gdb.post_event(action)


def describe_inferiors():
    """gdb asks for the registers' description of one inferior only: the published ones of CP0 are missing in the
    others until it is told to ask again."""
    thread = gdb.selected_thread()
    for inferior in gdb.inferiors():
        if inferior.pid == 0 or inferior.num in described:
            continue
        if not inferior.threads():
            continue
        inferior.threads()[0].switch()
        quietly("unset tdesc filename")
        described.add(inferior.num)
    if thread is not None and thread.is_valid():
        thread.switch()


def load_programs():
    """Symbols for every inferior that has none, or another program than it has now."""
    paths = {number: path for number, _, path in programs()}
    thread = gdb.selected_thread()
    for inferior in gdb.inferiors():
        path = paths.get(inferior.pid)
        loaded = inferior.progspace.filename
        if path and inferior.threads() and (loaded is None or os.path.realpath(loaded) != os.path.realpath(path)):
            inferior.threads()[0].switch()
            quietly("file " + path)
    if thread is not None and thread.is_valid():
        thread.switch()


described = set()


class Exo(gdb.Command):
    """What only Exoscope has: exo envs, exo why frame 5, exo story... `exo help` lists them."""

    def __init__(self):
        super().__init__("exo", gdb.COMMAND_DATA, prefix=True)

    def invoke(self, argument, from_tty):
        if not is_connected():
            raise gdb.GdbError("not connected: exo connect ADDRESS, as `exoscope gdb` printed it")
        gdb.write(monitor(argument or "help"))


def settle_in():
    """What is to be done once after connecting."""
    described.clear()
    for setting in SETTINGS_OF_A_RUN:
        quietly(setting)
    # Nobody is to hear of the first stop of this inferior, gdb believes, until it has run; so it runs no step.
    quietly("stepi 0")
    load_programs()
    describe_inferiors()
    watch_window()


def silently(action):
    quietly("set suppress-cli-notifications on")
    try:
        action()
    finally:
        quietly("set suppress-cli-notifications off")


def tell_programs():
    for number, name, path in programs():
        inferior = next((one for one in gdb.inferiors() if one.pid == number), None)
        if inferior is not None:
            gdb.write("inferior %d is %s\n" % (inferior.num, name if path else name + ", without symbols"))


class Connect(gdb.Command):
    """exo connect ADDRESS: to a run that `exoscope gdb` serves."""

    def __init__(self):
        super().__init__("exo connect", gdb.COMMAND_RUNNING, gdb.COMPLETE_FILENAME)

    def invoke(self, argument, from_tty):
        if not argument:
            raise gdb.GdbError("exo connect ADDRESS: the address is what `exoscope gdb` printed")
        silently(lambda: (quietly("target extended-remote " + argument), settle_in()))
        tell_programs()


class Connected(gdb.Command):
    """exo connected: what `exo connect` does after an IDE has connected by itself."""

    def __init__(self):
        super().__init__("exo connected", gdb.COMMAND_RUNNING)

    def invoke(self, argument, from_tty):
        if not is_connected():
            raise gdb.GdbError("not connected: exo connect ADDRESS, as `exoscope gdb` printed it")
        silently(settle_in)
        tell_programs()


class Goto(gdb.Command):
    """exo goto N|begin|end: to an instruction of the run, counted since the machine was switched on."""

    def __init__(self):
        super().__init__("exo goto", gdb.COMMAND_RUNNING)

    def invoke(self, argument, from_tty):
        answer = monitor("goto " + argument)
        if "continue" not in answer:
            raise gdb.GdbError(answer.strip())
        gdb.execute("continue")


def look():
    """gdb forgets what it knew and reads where the run stands now. No motion: from an event, gdb 13 can't be made to
    wait for one. False when the run moves just now."""
    process = first_word("look")
    if not process.isdigit():
        return False
    quietly("maintenance flush register-cache")
    quietly("maintenance flush dcache")
    for inferior in gdb.inferiors():
        if inferior.pid == int(process) and inferior.threads():
            inferior.threads()[0].switch()
    describe_new_ones()
    return True


def stay():
    """The same for an IDE, which looks again after a stop: a motion that ends where it begins. Nothing may follow it."""
    monitor("here")
    gdb.execute("continue")


def has_option(*wanted):
    """Whether gdb was started with one of these words."""
    with open("/proc/self/cmdline", "rb") as words:
        return any(word.decode(errors="replace").startswith(wanted) for word in words.read().split(b"\0"))


IS_BATCH = has_option("-batch", "--batch")
IS_IDE = has_option("-i=mi", "--i=mi", "-interpreter=mi", "--interpreter=mi")


class Here(gdb.Command):
    """exo here: gdb looks again where the run stands, after it was moved in the window."""

    def __init__(self):
        super().__init__("exo here", gdb.COMMAND_RUNNING)

    def invoke(self, argument, from_tty):
        if IS_IDE:
            stay()
        elif look():
            gdb.execute("frame")
        else:
            raise gdb.GdbError("the run moves in the window just now: again when it stands")


def follow_window():
    """The window moved the run while gdb waited for a command: gdb looks again, and says where it stands now."""
    if not is_connected():
        return
    if is_running():
        again = threading.Timer(0.3, post, [follow_window])
        again.daemon = True
        again.start()
        return
    try:
        if first_word("moved") != "yes":
            return
        words = "\nThe run was moved in the window. It stands here now:\n"
        if IS_IDE:
            gdb.write(words)
            return stay()
        if not look():
            return  # we hear of it again when it stands
        gdb.write(words)
        gdb.execute("frame")
        gdb.execute("display")
    except gdb.error:
        pass  # it moved on, of which we hear again, or the connection was closed, as the next command says
    gdb.write(gdb.parameter("prompt"))
    gdb.flush()


def watch_window():
    """A connection of its own, on which Exoscope says that the window moved the run: gdb's own can't be told. A gdb that
    obeys a script has nobody to be told; it would end with events that it has not taken, which it can't (gdb 13)."""
    if IS_BATCH:
        return
    try:
        address = gdb.selected_inferior().connection.details
        if address.startswith("/"):
            watcher = socket.socket(socket.AF_UNIX)
            watcher.connect(address)
        else:
            host, _, port = address.rpartition(":")
            watcher = socket.create_connection((host or "localhost", int(port)))
        watcher.sendall(b"w")
    except (AttributeError, OSError, ValueError):
        return  # it follows with the next motion, or with `exo here`

    def listen():
        with watcher:
            while True:
                try:
                    if not watcher.recv(64):
                        return
                except OSError:
                    return
                post(follow_window)

    threading.Thread(target=listen, daemon=True).start()


class Into(gdb.Command):
    """exo into: one instruction, whoever's is next: from a system call or a fault into the kernel."""

    def __init__(self):
        super().__init__("exo into", gdb.COMMAND_RUNNING)

    def invoke(self, argument, from_tty):
        monitor("goto %d" % (int(gdb.parse_and_eval("$instant")) + 1))
        gdb.execute("continue")


class Env(gdb.Command):
    """exo env NUMBER|NAME: selects the environment (env 0 or kernel: the kernel)."""

    def __init__(self):
        super().__init__("exo env", gdb.COMMAND_RUNNING)

    def invoke(self, argument, from_tty):
        wanted = argument.strip()
        for number, name, _ in programs():
            if wanted in (name, str(number)) or (wanted == "0" and number == KERNEL_PROCESS):
                for inferior in gdb.inferiors():
                    if inferior.pid == number:
                        gdb.execute("inferior %d" % inferior.num)
                        return
        raise gdb.GdbError("'%s' is no environment here; exo envs lists them" % wanted)


def describe_new_ones():
    """Between two commands, when nothing runs any more."""
    if not is_running():
        describe_inferiors()


def on_stop(event):
    # While one thread was stepped the others ran, too, and gdb believes that it still knows their registers.
    quietly("maintenance flush register-cache")
    if described and any(one.pid != 0 and one.num not in described for one in gdb.inferiors()):
        gdb.post_event(describe_new_ones)


def on_exit(event):
    described.discard(event.inferior.num)


for setting in SETTINGS:
    quietly(setting)
quietly("directory " + ROOT)
Exo()
Connect()
Connected()
Goto()
Here()
Into()
Env()
gdb.events.stop.connect(on_stop)
gdb.events.exited.connect(on_exit)
gdb.events.gdb_exiting.connect(on_exiting)
exoscope_epilogues.register()
exoscope_printers.register()
exoscope_frames.register()
