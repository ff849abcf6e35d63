// The panels of the middle, one row each: adding one is adding a row here and its file.
#include <array>

#include "explorer/views/views.hpp"

namespace exo::views {
namespace {

constexpr std::array<Panel, 18> kPanels{{
    {"machine", "Machine", "Frames, TLB, slices and environments", draw_machine, "machine"},
    {"bindings", "Bindings", "Capabilities, environments and frames, and what links them", draw_bindings,
     "secure binding"},
    {"revocations", "Revocations", "Every request for a frame or a slice, from the first word to the last",
     draw_revocations, "visible revocation"},
    {"events", "Events", "The trace, event by event", draw_events, "event"},
    {"processor", "Processor", "Slices, who ran in them, who owes some, who waits for whom", draw_processor, "slice"},
    {"downloads", "Downloads", "Code in the kernel: programs, verdicts, costs, and where packets went", draw_downloads,
     "downloaded code"},
    {"text", "Text", "This moment in plain English, to be read aloud or copied", draw_text_mirror, "text mirror"},
    {"glossary", "Glossary", "Every term in three sentences, with the slide and the section", draw_glossary,
     "glossary"},
    {"compare", "Compare", "This run beside another one, on one clock: what differs, and the totals", draw_compare,
     "comparison"},
    {"source", "Source", "The line that is next, in its file; steps forwards and backwards", draw_source,
     "source debugger", true},
    {"stack", "Stack", "Who called whom, through upcalls and system calls", draw_stack, "call stack", true},
    {"variables", "Variables", "Arguments, locals and watch expressions of the chosen frame", draw_variables,
     "watch expression", true},
    {"registers", "Registers", "All that the processor holds for the one who is looked at", draw_registers,
     "processor state", true},
    {"memory", "Memory", "Bytes as an environment sees them, or by physical address", draw_memory, "address space",
     true},
    {"stops", "Stops", "Where the run is to stop: lines, functions, data, events", draw_stops, "breakpoint", true},
    {"build", "Build", "What the compiler said when the programs were built anew", draw_build, "rebuild", true},
    {"profile", "Profile", "Where the instructions of a stretch went: a table and the call stacks", draw_profile,
     "profile", true},
    {"console", "Console", "What the environments printed, each in its colour, and what ended badly", draw_console,
     "console", true},
}};

}  // namespace

std::span<const Panel> panels() { return kPanels; }

int panel_named(std::string_view name) {
  for (std::size_t i = 0; i < kPanels.size(); ++i)
    if (name == kPanels[i].name) return int(i);
  return -1;
}

}  // namespace exo::views
