#include "explorer/connection/control_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "explorer/connection/guest_memory.hpp"

namespace exo::connection {

namespace {

constexpr abi::ControlCommand kEmpty{abi::kNeverDue, 0, 0, 0, 0};

}  // namespace

void ControlWriter::write(std::uint32_t index, const abi::ControlCommand& command) {
  abi::ControlCommand& slot = shared_.controls[index % abi::kControlSlots];
  store_shared(slot.due_tick, abi::kNeverDue);
  slot.op = command.op;
  slot.environment = command.environment;
  store_shared(slot.a, command.a);
  store_shared(slot.b, command.b);
  store_shared(slot.due_tick, command.due_tick);
}

void ControlWriter::write_pending_from(std::size_t first) {
  for (std::size_t i = pending_.size(); i-- > first;) write(first_ + std::uint32_t(i), pending_[i]);
}

void ControlWriter::prepare(std::span<const abi::ControlCommand> commands) {
  std::vector<abi::ControlCommand> sorted(commands.begin(), commands.end());
  std::ranges::stable_sort(sorted, {}, &abi::ControlCommand::due_tick);
  first_ = load_shared(shared_.controls_taken);
  pending_.clear();
  waiting_.assign(sorted.begin(), sorted.end());
  for (std::uint32_t i = 0; i < abi::kControlSlots; ++i) write(i, kEmpty);
  refresh();
}

std::string ControlWriter::refresh() {
  std::string complaint;
  const std::uint32_t taken = load_shared(shared_.controls_taken);
  const std::uint32_t gone = taken - first_;
  if (gone > pending_.size()) {
    complaint = fmt::format("the kernel says it took {} commands where {} were pending", gone, pending_.size());
    for (std::uint32_t i = 0; i < abi::kControlSlots; ++i) write(i, kEmpty);
    first_ = taken;
    write_pending_from(0);
  }
  for (; first_ != taken; ++first_) {
    write(first_, kEmpty);
    pending_.pop_front();
  }
  const std::size_t before = pending_.size();
  while (!waiting_.empty() && pending_.size() < kMostPending) {
    pending_.push_back(waiting_.front());
    waiting_.pop_front();
  }
  write_pending_from(before);
  return complaint;
}

bool ControlWriter::may_insert(bool at_gate) const {
  if (at_gate || pending_.empty()) return true;
  const std::uint32_t taken = load_shared(shared_.controls_taken) - first_;
  if (taken >= pending_.size()) return taken == pending_.size();
  return pending_[taken].due_tick > std::uint64_t{load_shared(shared_.tick)} + 1;
}

void ControlWriter::insert(abi::ControlCommand command) {
  refresh();
  command.due_tick = 0;
  const auto place = std::ranges::find_if(pending_, [](const auto& other) { return other.due_tick != 0; });
  const std::size_t index = std::size_t(place - pending_.begin());
  pending_.insert(place, command);
  if (pending_.size() > kMostPending) {
    waiting_.push_front(pending_.back());
    pending_.pop_back();
  }
  write(first_ + std::uint32_t(pending_.size()), kEmpty);
  write_pending_from(index);
}

}  // namespace exo::connection
