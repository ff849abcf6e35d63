#include "tests/ui/debug_scene.hpp"

#include <array>
#include <string_view>

namespace exo::test {
namespace {

constexpr auto kText = std::to_array<std::string_view>({
    "// Which page to give up: the one that was touched longest ago, and its contents only when they were changed.",
    "#include \"libos/unix/policy.hpp\"",
    "",
    "namespace exo::unix_os {",
    "",
    "namespace {",
    "constexpr uint32_t kNever = 0xffff'ffff;  // not touched since it came",
    "}  // namespace",
    "",
    "/// The page that costs least to lose.",
    "Page* Policy::victim(uint32_t wanted) {",
    "  Page* best = nullptr;",
    "  for (Page& page : pages_) {",
    "    if (page.pinned) continue;",
    "    if (wanted != kAnyFrame && page.frame != wanted) continue;",
    "    const uint32_t age = now_ - page.touched;",
    "    if (best == nullptr || age > now_ - best->touched) best = &page;",
    "  }",
    "  return best;",
    "}",
    "",
    "/* The kernel asks for a frame: what is in it goes to disk when it must. */",
    "Result<uint32_t> Policy::give(uint32_t wanted) {",
    "  Page* page = victim(wanted);",
    "  if (page == nullptr) return Error::NothingToGive;",
    "  if (page->dirty) TRY(disk_.write(page->block, page->frame));",
    "  const uint32_t frame = page->frame;",
    "  table_.forget(page->address);",
    "  kernel::frame_return(frame, \"given back\");",
    "  return frame;",
    "}",
    "",
    "}  // namespace exo::unix_os",
});

using debugger::ValueView;

ValueView value(const char* name, const char* type, const char* text) {
  return {name, type, text, 0x1001'0040, {}, {}, {}};
}

std::vector<ValueView> pages() {
  std::vector<ValueView> out;
  for (int i = 0; i < 5; ++i) {
    ValueView one = value("", "Page", "{frame = 37, touched = 1042, dirty = true}");
    one.name = "[" + std::to_string(i) + "]";
    one.parts = {value("frame", "uint32_t", "37"), value("touched", "uint32_t", "1042"),
                 value("dirty", "bool", "true")};
    out.push_back(one);
  }
  return out;
}

}  // namespace

debugger::View debug_scene(debugger::Environment env, debugger::Environment other) {
  debugger::View view;
  view.there = true;
  view.status = "stop 1: libos/unix/policy.cpp:26";
  view.stops = 7;
  view.instant = 1'284'311;
  view.event = 214;
  view.env = view.running = view.acting = env;
  view.threads = {{debugger::kKernel, "kernel", "waits"}, {env, "polite", "running"}, {other, "stubborn", "ready"}};

  view.source.file = "libos/unix/policy.cpp";
  for (const auto line : kText) view.source.text.emplace_back(line);
  for (int i = 0; i < 90; ++i) view.source.text.push_back("// line " + std::to_string(view.source.text.size() + 1));
  view.source.has_code.assign(view.source.text.size(), false);
  for (const int line : {11, 12, 13, 14, 15, 16, 17, 19, 23, 24, 25, 26, 27, 28, 29, 30})
    view.source.has_code[std::size_t(line - 1)] = true;

  const auto frame = [&](debugger::Environment of, std::uint32_t pc, const char* function, const char* file,
                         std::uint32_t line, const char* boundary = "") {
    debugger::FrameView out;
    out.env = of;
    out.pc = pc;
    out.function = function;
    out.file = file;
    out.line = line;
    out.boundary = boundary;
    view.frames.push_back(out);
  };
  frame(env, 0x0040'0a98, "Policy::give(unsigned int)", "libos/unix/policy.cpp", 26);
  frame(env, 0x0040'0b20, "on_revoke(RevokeUpcall const&)", "libos/unix/upcalls.cpp", 61);
  view.frames.back().inlined = true;
  frame(env, 0x0040'0b20, "upcall_entry", "libos/base/upcall.S", 40);
  frame(debugger::kKernel, 0x8000'2140, "revoke_deliver(Environment&, Request&)", "kernel/core/revoke.cpp", 118,
        "upcall Revoke");
  frame(debugger::kKernel, 0x8000'11c0, "dispatch", "kernel/syscalls/dispatch.cpp", 77);
  frame(env, 0x0040'1c40, "Scheduler::idle()", "libos/unix/scheduler.cpp", 204, "system call yield");
  view.frames.back().guess = true;
  view.stack_end = "the stack ends here: start was not called by anyone";

  debugger::Registers now;
  for (std::size_t i = 1; i < now.general.size(); ++i) now.general[i] = std::uint32_t(0x1001'0000 + 0x44 * i);
  now.pc = 0x0040'0a98;
  now.status = 0x2000'8413;
  now.cause = 0x0080'8008;
  now.exception_pc = 0x0040'1c40;
  now.bad_address = 0x0001'0020;
  now.entry_hi = 0x0001'0007;
  view.registers = view.before = now;
  view.before->general[2] = 3;
  view.before->pc = 0x0040'0a94;

  view.arguments = {value("this", "Policy*", "0x10010040"), value("wanted", "uint32_t", "37")};
  view.arguments[0].parts = {value("now_", "uint32_t", "1284"), value("pages_", "Page[5]", "5 of Page")};
  view.arguments[0].parts[1].parts = pages();
  view.locals = {value("page", "Page*", "0x10010108"), value("frame", "uint32_t", "37"),
                 value("age", "const uint32_t", "")};
  view.locals[1].changed = true;
  view.locals[2].missing = true;
  view.locals[2].text = "optimised out";
  view.watches = {value("pages_[3].frame", "uint32_t", "37"),
                  value("no_such_thing", "", "there is no no_such_thing here")};
  view.watches[1].missing = true;

  const auto stop = [&](int number, const char* where, debugger::Environment of, std::uint64_t hits) {
    debugger::BreakView out;
    out.number = number;
    out.where = where;
    out.env = of;
    out.hits = hits;
    view.breaks.push_back(out);
  };
  stop(1, "libos/unix/policy.cpp:26", env, 2);
  view.breaks.back().file = "libos/unix/policy.cpp";
  view.breaks.back().line = 26;
  stop(2, "libos/unix/policy.cpp:28", debugger::kAnyone, 41);
  view.breaks.back().file = "libos/unix/policy.cpp";
  view.breaks.back().line = 28;
  view.breaks.back().condition = "frame > 100";
  stop(3, "write page->dirty", other, 0);
  view.breaks.back().enabled = false;
  stop(4, "event RevokeAborted", debugger::kAnyone, 1);
  view.breaks.back().problem = "it has happened for the last time";

  std::uint32_t address = 0x0040'0a80;
  for (const auto& [line, text] : std::to_array<std::pair<std::uint32_t, const char*>>({{24, "jal 0x400960"},
                                                                                        {24, "move $a1, $s1"},
                                                                                        {25, "beqz $v0, 0x400ad8"},
                                                                                        {25, "move $s0, $v0"},
                                                                                        {26, "lbu $t0, 12($s0)"},
                                                                                        {26, "beqz $t0, 0x400ab0"},
                                                                                        {26, "lw $a0, 16($s0)"},
                                                                                        {27, "lw $s1, 0($s0)"},
                                                                                        {28, "jal 0x4008f0"},
                                                                                        {28, "lw $a1, 4($s0)"},
                                                                                        {29, "jal 0x400c00"},
                                                                                        {29, "move $a0, $s1"}})) {
    view.code.push_back({address, 0x8e11'0000 + address, text, line, true});
    address += 4;
  }
  view.code.push_back({address, 0, "", 0, false});

  view.memory.asked = "&pages_[3]";
  view.memory.address = 0x1001'0108;
  for (std::size_t i = 0; i < 512; ++i) {
    const std::string_view words = "given back to the kernel";
    if (i % 128 >= 112)
      view.memory.bytes.push_back(std::nullopt);
    else
      view.memory.bytes.push_back(i % 64 < words.size() ? std::uint8_t(words[i % 64])
                                                        : std::uint8_t(i % 7 == 0 ? i : 0));
  }
  return view;
}

}  // namespace exo::test
