// Where the run stands, as a debugger::View.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "explorer/common/error.hpp"
#include "explorer/debugger/disassembly.hpp"
#include "explorer/model/object_words.hpp"
#include "explorer/session/debug_values.hpp"
#include "explorer/session/debugging.hpp"

namespace exo::session {

using debugger::Stop;
using debugger::View;

namespace {

constexpr std::uint32_t kWordsBefore = 24, kWordsAfter = 40;
constexpr std::size_t kMemoryBytes = 512;

std::string why(const Stop& stop, const std::vector<Break>& breaks) {
  switch (stop.why) {
    case Stop::Why::Arrived:
      return "";
    case Stop::Why::Place:
      for (const Break& one : breaks)
        if (stop.place && std::ranges::find(one.places, *stop.place) != one.places.end())
          return fmt::format("stop {}: {}", one.view.number, one.view.where);
      return stop.data != 0 ? fmt::format("0x{:08x} is reached", stop.data) : "reached";
    case Stop::Why::Interrupted:
      return "interrupted";
    case Stop::Why::Beginning:
      return "this is the machine's first instruction";
    case Stop::Why::End:
      return "this is the end of what has happened";
    case Stop::Why::Lost:
      return stop.text;
  }
  return "";
}

}  // namespace

void Debugging::say(const Stop& stop) {
  view_.failed = stop.why == Stop::Why::Lost;
  if (event_stop_ && doing_ == Doing::Move && rerun_.event() == *event_stop_)
    for (Break& one : breaks_.all())
      if (one.view.number == event_break_) ++one.view.hits;
  std::string text = why(stop, breaks_.all());
  if (is_guests(stop.place) && !text.starts_with("stop ")) text = "gdb's stop is reached";
  if (is_guests(stop.place) && !guest_) ++guest_hits_[*stop.place];
  if (event_stop_ && rerun_.event() == *event_stop_ && text.empty()) text = fmt::format("event {}", *event_stop_);
  at_event_ = doing_ == Doing::Follow || stop.why == Stop::Why::End || (event_stop_ && rerun_.event() == *event_stop_);
  event_stop_.reset();
  view_.moving = false;
  // What is looked at follows what runs, unless a step was asked of one environment.
  const bool stepped = doing_ == Doing::LineStep || doing_ == Doing::LineBack ||
                       (guest_ && doing_ == Doing::Move && motion_.env != debugger::kAnyone);
  if (guest_ && stepped) view_.env = motion_.env;
  doing_ = Doing::Nothing;
  if (!stepped || rerun_.registers(view_.env) == std::nullopt) view_.env = rerun_.running();
  view_.frame = 0;
  if (!guest_ && incident_ && rerun_.event() == incident_->event) {
    text = incident_->text;
    choose_frame();
  }
  incident_.reset();
  if (guest_) return guest_stands(stop, text);
  reached_ = rerun_.event();
  stand(std::move(text));
}

void Debugging::stand(std::string status) {
  ++view_.stops;
  view_.before = view_.registers;
  show();
  view_.status = std::move(status);
}

namespace {

// Who goes to an event wants to see what was done, and not how the kernel writes it down (kernel/arch/mips/trace.S and
// the functions of core/trace.hpp, which are put in line).
std::uint32_t frame_of_event(const std::vector<debugger::FrameView>& frames) {
  if (frames.empty() || frames.front().function != "trace_emit") return 0;
  std::uint32_t frame = 1;
  while (frame < frames.size() && frames[frame].inlined && frames[frame].file.ends_with("core/trace.hpp")) ++frame;
  return frame < frames.size() && frames[frame].boundary.empty() ? frame : 0;
}

}  // namespace

void Debugging::show() {
  view_.moving = rerun_.moving();
  if (view_.moving) return;
  view_.instant = rerun_.instant();
  view_.event = rerun_.event();
  view_.running = rerun_.running();
  view_.acting = rerun_.acting();
  view_.threads = rerun_.threads();
  view_.registers = rerun_.registers(view_.env);
  list_breaks();
  stack_ = stack_of(rerun_, view_.env, programs_);
  view_.frames = stack_.frames;
  at_event_ = at_event_ && view_.env == debugger::kKernel && frame_of_event(view_.frames) != 0;
  if (at_event_) view_.frame = frame_of_event(view_.frames);
  view_.stack_end = stack_.end;
  view_.frame = view_.frames.empty() ? 0 : std::min<std::uint32_t>(view_.frame, std::uint32_t(view_.frames.size()) - 1);
  show_values(view_, stack_, watches_, rerun_, programs_);
  show_source();
  show_code();
  show_memory();
}

void Debugging::show_source() {
  debugger::SourceView& source = view_.source;
  const debugger::FrameView* frame = view_.frames.empty() ? nullptr : &view_.frames[view_.frame];
  if (frame == nullptr || frame->file.empty()) {
    source = {};
    return;
  }
  debugger::Symbols* symbols = programs_.of(rerun_, frame->env);
  const auto line = symbols != nullptr ? symbols->line_at(frame->pc) : std::nullopt;
  if (symbols == nullptr) return;
  std::uint32_t file = line ? line->file : 0;
  if (const auto named = symbols->files_named(frame->file); !named.empty()) file = named.front();
  const debugger::SourceText& text = sources_.read(symbols->files()[file], symbols->built());
  know_text(symbols->files()[file].name, *symbols);
  source.file = frame->file;
  source.text = text.lines;
  source.warning = text.word;
  source.has_code.assign(source.text.size(), false);
  for (const std::uint32_t number : symbols->lines_of(file))
    if (number >= 1 && number <= source.has_code.size()) source.has_code[number - 1] = true;
}

void Debugging::show_code() {
  view_.code.clear();
  if (view_.frames.empty()) return;
  const std::uint32_t pc = view_.frames[view_.frame].pc;
  const debugger::Environment env = view_.frames[view_.frame].env;
  debugger::Symbols* symbols = programs_.of(rerun_, env);
  std::uint32_t first = pc - 4 * kWordsBefore;
  if (symbols != nullptr)
    if (const auto function = symbols->function_at(pc)) first = std::max(first, function->entry);
  for (std::uint32_t i = 0; i < kWordsBefore + kWordsAfter; ++i) {
    debugger::InstructionView one;
    one.address = first + 4 * i;
    std::byte bytes[4];
    one.readable = rerun_.read(env, one.address, bytes) == sizeof bytes;
    if (one.readable) {
      std::memcpy(&one.word, bytes, sizeof bytes);
      one.text = debugger::disassemble(std::span(&one.word, 1), one.address).front();
    }
    if (symbols != nullptr)
      if (const auto line = symbols->line_at(one.address)) one.line = line->line;
    view_.code.push_back(std::move(one));
  }
}

void Debugging::show_memory() {
  debugger::MemoryView& memory = view_.memory;
  if (!memory_ || view_.moving) return;
  memory.asked = memory_->address;
  memory.physical = memory_->physical;
  memory.problem.clear();
  memory.bytes.clear();
  try {
    memory.address = number_at(memory_->address, stack_, view_.frame, rerun_, programs_);
  } catch (const InputError& error) {
    memory.problem = error.what();
    return;
  }
  memory.bytes.assign(kMemoryBytes, std::nullopt);
  for (std::size_t i = 0; i < kMemoryBytes; ++i) {
    std::byte byte{};
    const std::uint32_t at = memory.address + std::uint32_t(i);
    const auto count = memory.physical ? rerun_.read_physical(at, {&byte, 1}) : rerun_.read(view_.env, at, {&byte, 1});
    if (count == 1) memory.bytes[i] = std::uint8_t(byte);
  }
}

}  // namespace exo::session
