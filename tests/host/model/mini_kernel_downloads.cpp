// The small kernel's downloads, packets and sleepers. It verifies and compiles nothing: what it says of a program is
// made up, in the order and the form in which the real one says it.
#include <algorithm>
#include <bit>

#include "tests/host/model/mini_kernel.hpp"

namespace exo::test {

using abi::DownloadKind;
using abi::Event;
using abi::Reason;

namespace {
constexpr std::uint32_t kNobody = 0xffff;
std::uint32_t half(const abi::bpf::Instruction& one) {
  return std::uint32_t(one.opcode) | std::uint32_t(one.registers) << 8 | std::uint32_t(std::uint16_t(one.offset)) << 16;
}
}  // namespace

void MiniKernel::offer(std::uint32_t env, DownloadKind kind, const std::vector<abi::bpf::Instruction>& program) {
  emit(Event::CodeOffered, ++offers_, std::uint32_t(kind), std::uint32_t(program.size()), env);
  for (std::size_t i = 0; i < program.size(); i += 2) {
    const abi::bpf::Instruction second = i + 1 < program.size() ? program[i + 1] : abi::bpf::Instruction{};
    emit(Event::CodeText, half(program[i]), std::uint32_t(program[i].immediate), half(second),
         std::uint32_t(second.immediate));
  }
}

std::uint32_t MiniKernel::install(const Download& made, std::uint32_t link) {
  std::uint32_t number = 1;
  while (downloads_[number].kind != DownloadKind::None) ++number;
  const std::uint32_t generation = downloads_[number].generation;
  downloads_[number] = made;
  downloads_[number].generation = generation;
  if (made.filter != 0) downloads_[made.filter].handler = number;
  emit(Event::CodeInstalled, number, offers_, made.owner, link);
  if (made.page != abi::kNoFrame) emit(Event::CodePage, number, 0, made.page, abi::kBindRead | abi::kBindWrite);
  return number;
}

std::uint32_t MiniKernel::claim(std::uint32_t env, const std::vector<abi::Comparison>& comparisons,
                                std::uint32_t ring) {
  emit(Event::CodeOffered, ++offers_, std::uint32_t(DownloadKind::Claim), std::uint32_t(comparisons.size()), env);
  for (const abi::Comparison& one : comparisons)
    emit(Event::CodeText, one.offset | std::uint32_t(one.bytes) << 16, one.mask, one.value);
  Download made;
  made.kind = DownloadKind::Claim;
  made.owner = env;
  made.page = ring;
  made.comparisons = comparisons;
  return install(made, 0);
}

std::uint32_t MiniKernel::download(std::uint32_t env, DownloadKind kind,
                                   const std::vector<abi::bpf::Instruction>& program, std::uint32_t link,
                                   std::uint32_t page) {
  offer(env, kind, program);
  const auto count = std::uint32_t(program.size());
  emit(Event::CodeVerified, offers_, count, 3 * count, 40 * count);
  emit(Event::CodeCompiled, offers_, 2 * count, 0x8030'0000, 30 * count);
  for (std::uint32_t i = 0; i <= count; i += 8) {
    const auto pair = [i](std::uint32_t at) { return 2 * (i + at) | 2 * (i + at + 1) << 16; };
    emit(Event::CodeMap, pair(0), pair(2), pair(4), pair(6));
  }
  for (std::uint32_t i = 0; i < 2 * count; i += 4)  // addiu v0, v0, 1; nop
    emit(Event::CodeWords, 0x2442'0001, 0, 0x2442'0001, 0);
  Download made;
  made.kind = kind;
  made.owner = env;
  made.page = page;
  if (kind == DownloadKind::Filter) made.order = link;
  if (kind == DownloadKind::Handler) made.filter = link;
  return install(made, link);
}

void MiniKernel::refuse(std::uint32_t env, DownloadKind kind, const std::vector<abi::bpf::Instruction>& program,
                        abi::Verdict verdict, std::uint32_t instruction, std::uint32_t detail) {
  offer(env, kind, program);
  emit(Event::CodeRefused, offers_, std::uint32_t(verdict), instruction, detail);
}

void MiniKernel::remove_download(std::uint32_t number, Reason reason) {
  const Download gone = downloads_[number];
  downloads_[number] = {};
  downloads_[number].generation = gone.generation + 1;
  for (Sleep& one : sleeps_)
    if (one.predicate == number) one.predicate = 0;
  emit(Event::CodeRemoved, number, gone.owner, std::uint32_t(reason));
  if (gone.filter != 0) downloads_[gone.filter].handler = 0;
  if (gone.handler == 0) return;
  downloads_[gone.handler].filter = 0;
  remove_download(gone.handler, Reason::FilterGone);
}

/// Each claim is a chain; a packet that one does not match goes on to the next.
void MiniKernel::build_tree() {
  struct Node {
    abi::Comparison field;
    std::uint32_t otherwise = kNobody, next = kNobody, claim = 0;
  };
  std::vector<Node> nodes;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> order;
  std::uint32_t every = 0, root = kNobody, before = kNobody;
  const auto bits = [&](std::uint32_t number) {
    int all = 0;
    for (const auto& one : downloads_[number].comparisons) all += std::popcount(one.mask);
    return all;
  };
  std::vector<std::uint32_t> claims;
  for (std::uint32_t i = 1; i < abi::kMaxDownloads; ++i)
    if (downloads_[i].kind == DownloadKind::Claim) claims.push_back(i);
  std::ranges::stable_sort(claims, [&](std::uint32_t a, std::uint32_t b) { return bits(a) > bits(b); });
  for (const std::uint32_t number : claims) {
    const auto& comparisons = downloads_[number].comparisons;
    if (comparisons.empty()) every = number;
    const auto first = std::uint32_t(nodes.size());
    for (std::size_t i = 0; i < comparisons.size(); ++i) {
      const bool last = i + 1 == comparisons.size();
      nodes.push_back({comparisons[i], kNobody, last ? kNobody : std::uint32_t(nodes.size() + 1), last ? number : 0});
    }
    if (comparisons.empty()) continue;
    if (before != kNobody) nodes[before].otherwise = first;
    if (root == kNobody) root = first;
    before = first;
  }
  const auto count = std::uint32_t(nodes.size());
  emit(Event::TreeBuilt, count, count, 4 * count + 6, 900);
  for (std::uint32_t i = 0; i < count; ++i)
    emit(Event::TreeNode, i, nodes[i].field.offset | std::uint32_t(nodes[i].field.bytes) << 16, nodes[i].field.mask,
         nodes[i].otherwise);
  emit(Event::TreeEdge, kNobody, 0, root, every);
  for (std::uint32_t i = 0; i < count; ++i)
    emit(Event::TreeEdge, i, nodes[i].field.value, nodes[i].next, nodes[i].claim);
}

void MiniKernel::show_bytes(const std::vector<std::uint8_t>& bytes) {
  const auto word = [&](std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4 && at + i < bytes.size(); ++i) value |= std::uint32_t(bytes[at + i]) << 8 * i;
    return value;
  };
  for (std::size_t at = 0; at < bytes.size(); at += 16)
    emit(Event::PacketBytes, word(at), word(at + 4), word(at + 8), word(at + 12));
}

std::uint32_t MiniKernel::claim_on(const std::vector<std::uint8_t>& bytes) const {
  std::uint32_t best = 0;
  int most = -1;
  for (std::uint32_t number = 1; number < abi::kMaxDownloads; ++number) {
    const Download& one = downloads_[number];
    if (one.kind != DownloadKind::Claim) continue;
    int bits = 0;
    const bool all = std::ranges::all_of(one.comparisons, [&](const abi::Comparison& c) {
      std::uint32_t value = 0;
      bits += std::popcount(c.mask);
      if (std::size_t(c.offset) + c.bytes > bytes.size()) return false;
      for (std::size_t i = 0; i < c.bytes; ++i) value = value << 8 | bytes[c.offset + i];
      return (value & c.mask) == c.value;
    });
    if (!all || bits <= most) continue;
    best = number;
    most = bits;
  }
  return best;
}

void MiniKernel::run_download(std::uint32_t number, std::uint32_t result) {
  ++downloads_[number].calls;
  emit(Event::CodeRan, number, result, 160, present_);
}

std::uint32_t MiniKernel::packet(const std::vector<std::uint8_t>& bytes) {
  present_ = ++arrived_;
  emit(Event::PacketArrived, present_, std::uint32_t(bytes.size()));
  show_bytes(bytes);
  std::uint32_t filter = claim_on(bytes);
  if (filter != 0) ++downloads_[filter].calls;
  for (std::uint32_t number = 1; filter == 0 && number < abi::kMaxDownloads; ++number)
    if (downloads_[number].kind == DownloadKind::Filter) {
      const bool takes = pick(2) == 0;
      run_download(number, takes);
      if (takes) filter = number;
    }
  const std::uint32_t packet = present_;
  if (filter == 0) {
    emit(Event::PacketDropped, packet, std::uint32_t(Reason::Unclaimed), 0);
  } else {
    emit(Event::PacketClaimed, packet, filter, downloads_[filter].owner, 180);
    if (const std::uint32_t handler = downloads_[filter].handler; handler != 0) {
      send(downloads_[handler].owner, bytes, packet, handler);
      run_download(handler, abi::kHandlerConsumed);
      emit(Event::PacketDropped, packet, std::uint32_t(Reason::Handled), filter);
    } else if (const std::uint32_t ring = downloads_[filter].page; ring != abi::kNoFrame) {
      emit(Event::PacketDelivered, packet, filter, ring, 16);
    } else {
      emit(Event::PacketDropped, packet, std::uint32_t(Reason::NoRing), filter);
    }
  }
  present_ = 0;
  return packet;
}

std::uint32_t MiniKernel::send(std::uint32_t env, const std::vector<std::uint8_t>& bytes, std::uint32_t answers,
                               std::uint32_t handler) {
  const std::uint32_t before = running;
  if (handler == 0) running = env;
  emit(Event::PacketSent, ++sent_, std::uint32_t(bytes.size()), answers, handler);
  show_bytes(bytes);
  running = before;
  return sent_;
}

void MiniKernel::bind_wire(std::uint32_t env) {
  sleeps_[env].may_send = true;
  emit(Event::WireBound, env, 1);
}

void MiniKernel::sleep(std::uint32_t env, std::uint32_t predicate) {
  if (predicate != 0) run_download(predicate, 0);
  sleeps_[env].asleep = true;
  sleeps_[env].predicate = predicate;
  emit(Event::EnvSleeps, env, predicate);
}

void MiniKernel::wake(std::uint32_t env, Reason reason) {
  const std::uint32_t predicate = sleeps_[env].predicate;
  sleeps_[env].asleep = false;
  sleeps_[env].predicate = 0;
  emit(Event::EnvWoken, env, std::uint32_t(reason), predicate);
}

void MiniKernel::random_download_move(std::uint32_t env) {
  const std::vector<abi::bpf::Instruction> program{{0xb7, 0, 0, 1}, {0x95, 0, 0, 0}};
  const std::uint32_t number = 1 + pick(abi::kMaxDownloads - 1), frame = any_frame_of(env);
  const auto full = std::ranges::count(downloads_, DownloadKind::None, &Download::kind) < 8;
  switch (pick(10)) {
    case 0:
      if (!full) claim(env, {{std::uint16_t(12 + pick(4)), 1, 0, 0xff, pick(2), 0}}, frame), build_tree();
      return;
    case 1:
      if (!full) download(env, DownloadKind::Filter, program, pick(200), frame);
      return;
    case 2:
      for (std::uint32_t filter = 1; !full && filter < abi::kMaxDownloads; ++filter)
        if (downloads_[filter].kind == DownloadKind::Claim && downloads_[filter].handler == 0) {
          download(downloads_[filter].owner, DownloadKind::Handler, program, filter);
          return;
        }
      return;
    case 3:
      if (!full) download(env, DownloadKind::Predicate, program, 0, frame);
      return;
    case 4:
      refuse(env, DownloadKind::Filter, program, abi::Verdict::Endless, 1, 0);
      return;
    case 5:
      if (downloads_[number].kind != DownloadKind::None) remove_download(number, Reason::Returned);
      return;
    case 6:
      bind_wire(env);
      return;
    case 7:
      if (sleeps_[env].asleep) return wake(env, Reason::UpcallCame);
      for (std::uint32_t one = 1; one < abi::kMaxDownloads; ++one)
        if (downloads_[one].kind == DownloadKind::Predicate && downloads_[one].owner == env) return sleep(env, one);
      return sleep(env, 0);
    default: {
      std::vector<std::uint8_t> bytes(14 + pick(60));
      for (auto& byte : bytes) byte = std::uint8_t(pick(2));
      packet(bytes);
    }
  }
}

void MiniKernel::audit_downloads() {
  for (std::uint32_t number = 1; number < abi::kMaxDownloads; ++number) {
    const Download& one = downloads_[number];
    if (one.kind == DownloadKind::None) continue;
    const std::uint32_t link = one.kind == DownloadKind::Filter ? one.order
                               : one.filter != 0                ? one.filter
                                                                : one.handler;
    emit(Event::AuditDownload, number, std::uint32_t(one.kind) | one.owner << 8 | link << 16, one.generation,
         one.calls);
  }
  for (std::uint32_t env = 1; env < abi::kMaxEnvironments; ++env) {
    const Sleep& one = sleeps_[env];
    const std::uint32_t flags = (one.may_send ? abi::kMaySend : 0) | (one.asleep ? abi::kSleeps : 0);
    if (flags != 0) emit(Event::AuditSleep, env, one.predicate, flags);
  }
}

}  // namespace exo::test
