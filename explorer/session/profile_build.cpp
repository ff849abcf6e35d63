#include "explorer/session/profile_build.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "kernel/abi/memory_layout.hpp"

namespace exo::session {

using connection::Grown;
using connection::kNoNode;
using connection::kProbeNodes;
using connection::kProbePieces;
using connection::ProbeNode;
using connection::ProbePiece;
using debugger::Environment;
using debugger::Profile;
using debugger::ProfileFrame;

namespace {

constexpr std::uint32_t kNoPlace = 0xffff'ffff, kWhole = 0;
constexpr std::uint32_t kMostCount = 4096;  // instructions in a block: QEMU's are shorter
constexpr std::uint32_t kPiecesAtOnce = 64;
constexpr std::uint32_t kBootRom = 0xbfc0'0000;  // QEMU puts its loader there

bool is_kernel(std::uint32_t address) { return address >= debugger::kKernelAddresses; }

const char* words_of(Grown grown) {
  switch (grown) {
    case Grown::Upcall:
      return "[upcall]";
    case Grown::Entered:
      return "[protected transfer]";
    case Grown::SystemCall:
      return "[system call]";
    case Grown::Refill:
      return "[TLB miss]";
    case Grown::Exception:
      return "[exception]";
    case Grown::Interrupt:
      return "[interrupt]";
    case Grown::Resumed:
      return "[gets the processor]";
    case Grown::Environment:
    case Grown::Call:
      break;
  }
  return "";
}

bool enters_kernel(Grown grown) { return grown >= Grown::SystemCall; }

bool is_download(std::uint32_t address) {
  return (address & 0x1fff'ffff) - abi::kCodePhysical < abi::kCodeBytes && is_kernel(address);
}

}  // namespace

ProfileBuild::ProfileBuild(const connection::ProbeTree& tree, const Rerun& rerun, model::EventNumber from,
                           model::EventNumber to)
    : tree_(tree),
      rerun_(rerun),
      pieces_(std::uint32_t(std::min<std::uint64_t>(tree.pieces, kProbePieces))),
      of_node_(std::min<std::uint64_t>(tree.nodes, kProbeNodes), kNoPlace) {
  profile_.from = from;
  profile_.to = to;
  profile_.unaccounted = tree.unaccounted;
  profile_.shortened = tree.shortened;
  ProfileFrame all;
  all.kind = ProfileFrame::Kind::All;
  all.name = "all";
  frames_.push_back(all);
}

double ProfileBuild::share() const { return pieces_ == 0 ? 1 : double(next_) / pieces_; }

bool ProfileBuild::pump(std::chrono::microseconds budget) {
  const auto until = std::chrono::steady_clock::now() + budget;
  while (next_ < pieces_) {
    for (const std::uint32_t end = std::min(pieces_, next_ + kPiecesAtOnce); next_ < end; ++next_)
      if (const ProbePiece piece = tree_.piece[next_]; piece.count <= kMostCount) add(piece);
    if (std::chrono::steady_clock::now() > until) return false;
  }
  finish();
  return true;
}

void ProfileBuild::add(const ProbePiece& piece) {
  const Place base = frame_of(piece.node);
  const Environment env = frames_[base].env;
  for (std::uint32_t i = 0; i < piece.count; ++i) {
    const std::uint32_t pc = piece.pc + 4 * i;
    const Where& at = where(is_kernel(pc) ? debugger::kKernel : env, pc);
    frames_[inside(base, at, is_kernel(pc))].self += piece.times;
    rows_[{env, is_kernel(pc), &at}] += piece.times;
    profile_.instructions += piece.times;
  }
}

/// The frame that a node's calls are within; what is not as it should be hangs on the whole.
ProfileBuild::Place ProfileBuild::frame_of(std::uint32_t node) {
  std::vector<std::uint32_t> path;
  Place at = kWhole;
  for (std::uint32_t up = node; up != kNoNode; up = tree_.node[up].parent) {
    if (up >= of_node_.size() || (!path.empty() && up >= path.back())) return kWhole;
    if (of_node_[up] != kNoPlace) {
      at = of_node_[up];
      break;
    }
    path.push_back(up);
  }
  for (auto up = path.rbegin(); up != path.rend(); ++up) {
    const ProbeNode one = tree_.node[*up];
    at = of_node_[*up] = grow(at, one);
    if (one.shortened != 0) frames_[at].shortened = true;
  }
  return at;
}

ProfileBuild::Place ProfileBuild::grow(Place from, const ProbeNode& node) {
  if (node.grown == Grown::Environment) {
    const Place at = child(kWhole, number_of(fmt::format("{}", node.site), false), ProfileFrame::Kind::Owner, false);
    frames_[at].env = node.site % abi::kMaxEnvironments;
    return at;
  }
  const bool in_kernel = is_kernel(node.site);
  if (node.site != 0)
    from = inside(from, where(in_kernel ? debugger::kKernel : frames_[from].env, node.site), in_kernel);
  if (node.grown == Grown::Call) return from;
  return child(from, number_of(words_of(node.grown), false), ProfileFrame::Kind::Boundary, enters_kernel(node.grown));
}

ProfileBuild::Place ProfileBuild::child(Place parent, std::uint32_t name, ProfileFrame::Kind kind, bool in_kernel) {
  const auto [at, is_new] = edges_.try_emplace({parent, name, kind}, Place(frames_.size()));
  if (is_new) {
    ProfileFrame frame;
    frame.kind = kind;
    frame.name = names_[name].function;
    frame.inlined = names_[name].inlined;
    frame.env = frames_[parent].env;
    frame.in_kernel = in_kernel;
    frame.parent = parent;
    frame.depth = frames_[parent].depth + 1;
    frames_.push_back(std::move(frame));
  }
  return at->second;
}

ProfileBuild::Place ProfileBuild::inside(Place from, const Where& where, bool in_kernel) {
  for (const std::uint32_t name : where.names) from = child(from, name, ProfileFrame::Kind::Function, in_kernel);
  return from;
}

std::uint32_t ProfileBuild::number_of(std::string name, bool inlined) {
  const auto [at, is_new] = numbers_.try_emplace({name, inlined}, std::uint32_t(names_.size()));
  if (is_new) names_.push_back({std::move(name), inlined});
  return at->second;
}

const ProfileBuild::Where& ProfileBuild::where(Environment env, std::uint32_t address) {
  debugger::Symbols* symbols = programs_.of(rerun_, env);
  const auto [at, is_new] = where_.try_emplace({symbols, address});
  Where& out = at->second;
  if (!is_new) return out;
  if (address >= kBootRom) {
    out.names.push_back(number_of("[boot loader]", false));
    return out;
  }
  if (is_download(address)) {
    out.names.push_back(number_of("[downloaded code]", false));
    return out;
  }
  if (symbols != nullptr) {
    const auto calls = symbols->calls_at(address);
    for (auto call = calls.rbegin(); call != calls.rend(); ++call)
      out.names.push_back(number_of(call->name, call->inlined));
    if (const auto line = symbols->line_at(address)) {
      out.file = symbols->files()[line->file].name;
      out.line = line->line;
    }
  }
  if (out.names.empty()) out.names.push_back(number_of(fmt::format("0x{:08x}", address), false));
  return out;
}

void ProfileBuild::finish() {
  profile_.instructions += profile_.unaccounted;
  // Children were made after their parents.
  for (std::size_t i = frames_.size(); i-- > 0;) {
    frames_[i].total += frames_[i].self;
    if (i != 0) frames_[frames_[i].parent].total += frames_[i].total;
  }
  std::vector<std::vector<Place>> children(frames_.size());
  for (Place i = 1; i < frames_.size(); ++i) children[frames_[i].parent].push_back(i);
  for (auto& of_one : children)
    std::ranges::stable_sort(of_one, [&](Place a, Place b) {
      return std::tuple(frames_[b].total, std::string_view(frames_[a].name)) <
             std::tuple(frames_[a].total, std::string_view(frames_[b].name));
    });
  const model::State& newest = rerun_.names();
  std::vector<std::pair<Place, std::size_t>> open{{0, 0}};  // frame, children that were taken
  std::vector<Place> moved(frames_.size(), 0);
  profile_.frames.reserve(frames_.size());
  const auto take = [&](Place one) {
    ProfileFrame& frame = frames_[one];
    if (frame.kind == ProfileFrame::Kind::Owner) {
      const std::string name = newest.envs[frame.env].name;
      frame.name = frame.env == debugger::kKernel ? "nobody"
                   : name.empty()                 ? fmt::format("environment {}", frame.env)
                                                  : name;
    }
    moved[one] = Place(profile_.frames.size());
    frame.parent = moved[frame.parent];
    profile_.frames.push_back(std::move(frame));
  };
  take(0);
  while (!open.empty()) {
    auto& [one, taken] = open.back();
    if (taken == children[one].size()) {
      profile_.frames[moved[one]].end = std::uint32_t(profile_.frames.size());
      open.pop_back();
      continue;
    }
    const Place next = children[one][taken++];
    take(next);
    open.emplace_back(next, 0);
  }

  using Key = std::tuple<Environment, bool, std::vector<std::string>, std::string, std::uint32_t>;
  std::map<Key, std::uint64_t> rows;
  for (const auto& [key, count] : rows_) {
    std::vector<std::string> functions;
    for (const std::uint32_t name : key.where->names) functions.push_back(names_[name].function);
    rows[{key.env, key.in_kernel, std::move(functions), key.where->file, key.where->line}] += count;
  }
  for (const auto& [key, count] : rows) {
    const auto& [env, in_kernel, functions, file, line] = key;
    profile_.rows.push_back(
        {env, in_kernel, rerun_.program(in_kernel ? debugger::kKernel : env).name, functions, file, line, count});
  }
}

}  // namespace exo::session
