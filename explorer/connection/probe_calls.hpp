// The stack of every environment and of the kernel, kept while a run is executed: each block of instructions says where
// it begins and how the one before it ended, each event of the kernel whom it enters. From that alone it is known, at
// every instruction, who called whom; no register is read.
//
// A call has taken place when the next instruction is not behind it; a return goes back to the newest call that waits
// there. So a jump that is none of both changes nothing (the code it leads to works for the same caller), and a stack
// that is left by other ways is right again with the first return that is known. An upcall is a call that the kernel
// makes: it ends with the jump to where the program was.
//
// Runs inside QEMU as a part of the probe, and in a test. Only what the caller hands over is written.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "explorer/connection/probe_tree.hpp"
#include "kernel/abi/environment_page.hpp"
#include "kernel/abi/memory_layout.hpp"
#include "kernel/abi/tables.hpp"
#include "kernel/abi/trace_ring.hpp"

namespace exo::connection {

/// How a block of translated code ends.
enum class BlockEnd : std::uint8_t { Other, Call, Return, ReturnFromUpcall, Jump, SystemCall, ExceptionReturn };

/// The last instructions of a block: in its own words, so that it fits a callback's pointer.
struct Block {
  std::uint32_t pc = 0;
  std::uint16_t count = 0;  ///< instructions
  BlockEnd end = BlockEnd::Other;
  bool slot_follows = false;  ///< the delay slot of its last one is in the next block
  /// Of the branch, when it ends with one.
  [[nodiscard]] std::uint32_t branch() const { return pc + 4u * (count - (slot_follows || count < 2 ? 1u : 2u)); }
};

/// What an instruction does to a stack (MIPS32, volume II). Register 28 is the libraries' way out of an upcall
/// (libos/base/upcall_entry.S), because compiled code leaves it alone.
constexpr BlockEnd ends_as(std::uint32_t word) {
  constexpr std::uint32_t kReturnAddress = 31, kWayOut = 28, kEret = 0x4200'0018;
  const std::uint32_t opcode = word >> 26, from = word >> 21 & 31;
  if (word == kEret) return BlockEnd::ExceptionReturn;
  if (opcode == 3) return BlockEnd::Call;                                 // jal
  if (opcode == 1 && (word >> 16 & 0x1c) == 0x10) return BlockEnd::Call;  // bltzal, bgezal
  if (opcode != 0) return BlockEnd::Other;
  const std::uint32_t function = word & 63;
  if (function == 12) return BlockEnd::SystemCall;
  if (function == 9 && (word >> 11 & 31) != 0) return BlockEnd::Call;  // jalr
  if (function != 8 && function != 9) return BlockEnd::Other;
  return from == kReturnAddress ? BlockEnd::Return : from == kWayOut ? BlockEnd::ReturnFromUpcall : BlockEnd::Jump;
}

class ProbeCalls {
 public:
  static constexpr std::uint32_t kMostFrames = 1024;

  /// Counts into `tree` what is executed from instruction `from` on, up to but not including `to`. `ram`: the guest's.
  void begin(ProbeTree* tree, const char* ram, const std::uint64_t* from, const std::uint64_t* to) {
    tree_ = tree;
    ram_ = ram;
    from_ = from;
    to_ = to;
    for (std::uint32_t env = 0; env < abi::kMaxEnvironments; ++env)
      users_[env].bottom = node(kNoNode, env, Grown::Environment);
    kernel_.bottom = users_[0].bottom;
  }

  /// A block begins, with so many instructions begun before it.
  void block(const Block& next, std::uint64_t now) {
    count_up_to(now);
    const bool in_kernel = next.pc >= abi::kUserEnd;
    if (last_.count != 0) {
      finish(now);
      move(next.pc, in_kernel);
    }
    last_ = next;
    began_ = since_ = now;
    piece_pc_ = next.pc;
    in_kernel_ = in_kernel;
  }

  /// An event is complete. `now`: instructions begun before the one that ends it; that one is of whoever runs by then.
  void event(const abi::TraceRecord& record, std::uint32_t running, std::uint64_t now) {
    using abi::Event;
    count_up_to(now);
    const std::uint32_t acting = record.environment % abi::kMaxEnvironments,
                        whom = record.arguments[0] % abi::kMaxEnvironments;
    switch (Event(record.event)) {
      case Event::EnvCreated:
        page_[whom] = record.arguments[3] < abi::kFrameCount ? abi::pfn_of_frame(record.arguments[3]) : 0;
        clear(users_[whom]);
        break;
      case Event::EnvStarted:
      case Event::EnvGone:
        clear(users_[whom]);
        break;
      case Event::ExceptionRaised:
      case Event::TlbMissed:
        enter(users_[acting], record.pc, record.pc, Grown::Upcall);
        break;
      case Event::UpcallDelivered: {
        const std::uint32_t was_at = word_of_page(whom, offsetof(abi::EnvironmentPage, interrupt.pc));
        enter(users_[whom], was_at, was_at, Grown::Upcall);
        break;
      }
      case Event::Transferred:
        park(acting);
        enter(users_[whom], users_[whom].waits_at, users_[whom].waits_at, Grown::Entered);
        break;
      case Event::TransferredAsync:
        enter(users_[whom], users_[whom].waits_at, users_[whom].waits_at, Grown::Entered);
        break;
      case Event::CalleeGone:
        enter(users_[whom], users_[whom].waits_at, users_[whom].waits_at, Grown::Entered);
        break;
      case Event::EnvParked:
        park(whom);
        break;
      default:
        break;
    }
    if (running == running_) return;
    running_ = running;
    if (in_kernel_) rebase(top(users_[running]), users_[running].left, Grown::Resumed);
  }

 private:
  struct Frame {
    std::uint32_t back;  ///< where it returns to
    std::uint32_t node;
    Grown grown;
    bool was_parked;  ///< when this began it had no registers: what lies below goes on when an answer comes, if at all
  };
  struct Stack {
    std::uint32_t bottom = kNoNode;
    std::uint32_t depth = 0;
    std::uint32_t beyond = 0;  ///< calls that found no room
    bool entering = false;     ///< what it executes next is the handler of its newest frame
    bool parked = false;
    std::uint32_t left = 0;      ///< the user instruction from which it went into the kernel
    std::uint32_t waits_at = 0;  ///< parked: where its answer makes it go on; 0: it waits for none
    // A branch that was begun: what it did is known by the instruction after it.
    BlockEnd branch = BlockEnd::Other;
    bool slot_follows = false;
    std::uint32_t branch_pc = 0;
    Frame frame[kMostFrames];
  };

  ProbeTree* tree_ = nullptr;
  const char* ram_ = nullptr;
  const std::uint64_t *from_ = nullptr, *to_ = nullptr;
  Stack users_[abi::kMaxEnvironments];
  Stack kernel_;
  std::uint32_t page_[abi::kMaxEnvironments]{};  ///< physical page numbers; 0: none
  std::uint32_t running_ = 0;
  std::uint32_t vectors_ = 1;  ///< the page at which the kernel is entered
  bool in_kernel_ = true;
  Block last_;
  std::uint64_t began_ = 0;  ///< the block, in instructions
  std::uint64_t since_ = 0;  ///< counted up to here
  std::uint32_t piece_pc_ = 0;
  // Where each node and each piece is, by hash, and one more; 0: a free place.
  static constexpr std::uint32_t kNodePlaces = 2 * kProbeNodes, kPiecePlaces = 2 * kProbePieces;
  std::uint32_t node_places_[kNodePlaces]{}, piece_places_[kPiecePlaces]{};

  static std::uint32_t top(const Stack& stack) {
    return stack.depth != 0 ? stack.frame[stack.depth - 1].node : stack.bottom;
  }
  [[nodiscard]] std::uint32_t here() const { return top(in_kernel_ ? kernel_ : users_[running_]); }

  static std::uint32_t hash(std::uint32_t a, std::uint32_t b, std::uint32_t c) {
    std::uint64_t mixed = ((std::uint64_t(a) << 32 | b) * 0x9e37'79b9'7f4a'7c15u) ^ (c * 0xc2b2'ae3d'27d4'eb4fu);
    mixed ^= mixed >> 29;
    return std::uint32_t((mixed * 0xbf58'476d'1ce4'e5b9u) >> 32);
  }

  /// The node below `parent`, made when it is not there. No room: the parent itself, which lacks calls from then on.
  std::uint32_t node(std::uint32_t parent, std::uint32_t site, Grown grown) {
    for (std::uint32_t i = hash(parent, site, std::uint32_t(grown));; ++i) {
      std::uint32_t& place = node_places_[i % kNodePlaces];
      if (place != 0) {
        const ProbeNode& one = tree_->node[place - 1];
        if (one.grown == grown && one.site == site && one.parent == parent) return place - 1;
        continue;
      }
      if (tree_->nodes >= kProbeNodes) {
        if (parent < kProbeNodes) tree_->node[parent].shortened = 1;
        return parent;
      }
      tree_->node[tree_->nodes] = {parent, site, grown, 0};
      place = std::uint32_t(++tree_->nodes);
      return place - 1;
    }
  }

  void add(std::uint32_t at, std::uint32_t pc, std::uint32_t count) {
    if (tree_->node[at].shortened != 0) tree_->shortened += count;
    for (std::uint32_t i = hash(at, pc, count);; ++i) {
      std::uint32_t& place = piece_places_[i % kPiecePlaces];
      if (place != 0) {
        ProbePiece& one = tree_->piece[place - 1];
        if (one.count != count || one.pc != pc || one.node != at) continue;
        ++one.times;
        return;
      }
      if (tree_->pieces >= kProbePieces) {
        tree_->unaccounted += count;
        return;
      }
      tree_->piece[tree_->pieces] = {at, pc, count, 0, 1};
      place = std::uint32_t(++tree_->pieces);
      return;
    }
  }

  void count_up_to(std::uint64_t now) {
    const std::uint64_t first = since_ > *from_ ? since_ : *from_, end = now < *to_ ? now : *to_;
    if (last_.count != 0 && first < end)
      add(here(), piece_pc_ + 4 * std::uint32_t(first - since_), std::uint32_t(end - first));
    piece_pc_ += 4 * std::uint32_t(now - since_);
    since_ = now;
  }

  /// The block before ends: what its last instruction was going to do.
  void finish(std::uint64_t now) {
    Stack& stack = in_kernel_ ? kernel_ : users_[running_];
    const auto executed = std::uint32_t(now - began_);
    if (executed != 0 && !in_kernel_) stack.left = last_.pc + 4 * (executed - 1);
    const bool whole = executed == last_.count;
    if (!whole) return;
    switch (last_.end) {
      case BlockEnd::Call:
      case BlockEnd::Return:
      case BlockEnd::ReturnFromUpcall:
      case BlockEnd::Jump:
        stack.branch = last_.end;
        stack.branch_pc = last_.branch();
        stack.slot_follows = last_.slot_follows;
        return;
      default:
        return;
    }
  }

  void move(std::uint32_t pc, bool in_kernel) {
    if (in_kernel && !in_kernel_) {
      vectors_ = pc & ~0xfffu;
      const Stack& from = users_[running_];
      return rebase(top(from), from.left, way_in(pc));
    }
    if (in_kernel && last_.end == BlockEnd::ExceptionReturn)
      return rebase(users_[running_].bottom, 0, Grown::Environment);
    if (in_kernel && running_ == 0 && kernel_.depth == 0 && pc == vectors_ + kInterruptVector)
      return rebase(users_[0].bottom, 0, Grown::Interrupt);
    if (in_kernel) return resolve(kernel_, pc);
    Stack& stack = users_[running_];
    if (stack.entering)
      stack.entering = false;
    else
      resolve(stack, pc);
  }

  static constexpr std::uint32_t kInterruptVector = 0x200;
  static constexpr std::uint32_t kCallBytes = 8;  // with its delay slot
  [[nodiscard]] Grown way_in(std::uint32_t pc) const {
    switch (pc & 0xfff) {
      case 0:
        return Grown::Refill;
      case kInterruptVector:
        return Grown::Interrupt;
      default:
        return last_.end == BlockEnd::SystemCall && began_ + last_.count == since_ ? Grown::SystemCall
                                                                                   : Grown::Exception;
    }
  }

  /// The kernel's stack stands on another one; Environment: on its bottom itself. Its own calls stay.
  void rebase(std::uint32_t on, std::uint32_t site, Grown grown) {
    if (grown != Grown::Resumed) clear(kernel_);
    kernel_.bottom = grown == Grown::Environment ? on : node(on, site, grown);
    std::uint32_t below = kernel_.bottom;
    for (std::uint32_t i = 0; i < kernel_.depth; ++i)
      below = kernel_.frame[i].node = node(below, kernel_.frame[i].back - kCallBytes, Grown::Call);
  }

  void push(Stack& stack, std::uint32_t site, std::uint32_t back, Grown grown) {
    if (stack.depth == kMostFrames) {
      tree_->node[top(stack)].shortened = 1;
      ++stack.beyond;
      return;
    }
    const std::uint32_t below = top(stack);
    stack.frame[stack.depth++] = {back, node(below, site, grown), grown, stack.parked};
  }

  /// What the branch before did, by where it led to.
  void resolve(Stack& stack, std::uint32_t pc) {
    if (stack.branch == BlockEnd::Other) return;
    if (stack.slot_follows && pc == stack.branch_pc + 4) {
      stack.slot_follows = false;
      return;
    }
    const BlockEnd branch = stack.branch;
    stack.branch = BlockEnd::Other;
    if (pc == stack.branch_pc) return;  // its delay slot failed: both are executed again
    const std::uint32_t behind = stack.branch_pc + kCallBytes;
    if (branch == BlockEnd::Call) {
      if (pc != behind) push(stack, stack.branch_pc, behind, Grown::Call);
      return;
    }
    if (stack.beyond != 0 && stack.depth != 0 && pc == stack.frame[stack.depth - 1].back) {
      --stack.beyond;
      return;
    }
    for (std::uint32_t i = stack.depth; i-- > 0;) {
      const Frame& frame = stack.frame[i];
      if (frame.back != pc || (frame.grown == Grown::Call) != (branch == BlockEnd::Return)) continue;
      return drop_to(stack, i);
    }
    // A handler may let the program go on elsewhere.
    if (branch == BlockEnd::ReturnFromUpcall) leave_upcall(stack);
  }

  /// The newest upcall is over; and so is the one before it, if it was in its way out when the newest came: the way out
  /// is then begun again, and taken once (libos/base/upcall_entry.S).
  static void leave_upcall(Stack& stack) {
    constexpr std::uint32_t kWayOutBytes = 256;
    for (std::uint32_t i = stack.depth; i-- > 0;) {
      if (stack.frame[i].grown != Grown::Upcall) continue;
      const std::uint32_t came_at = stack.frame[i].back;
      drop_to(stack, i);
      if (stack.branch_pc - came_at > kWayOutBytes) return;
    }
  }

  static void drop_to(Stack& stack, std::uint32_t depth) {
    stack.depth = depth;
    stack.beyond = 0;
  }

  static void clear(Stack& stack) {
    drop_to(stack, 0);
    stack.entering = stack.parked = false;
    stack.left = stack.waits_at = 0;
    stack.branch = BlockEnd::Other;
  }

  /// Somebody is made to go on elsewhere than where it was: at `was_at`, as the kernel knows.
  void enter(Stack& stack, std::uint32_t site, std::uint32_t was_at, Grown grown) {
    if (!stack.parked) resolve(stack, was_at);
    stack.branch = BlockEnd::Other;
    push(stack, site, was_at, grown);
    stack.entering = true;
    stack.parked = false;
  }

  /// It has no registers any more. What it does now is over, unless its library notes that it waits for an answer.
  void park(std::uint32_t env) {
    Stack& stack = users_[env];
    if (stack.parked) return;
    stack.parked = true;
    stack.entering = false;
    stack.branch = BlockEnd::Other;
    stack.waits_at = 0;
    const std::uint32_t back = word_of_page(env, kWaitingFor) != 0 ? word_of_page(env, kWaitingPc) : 0;
    constexpr std::uint32_t kNear = 16;  // the library goes on right behind its call
    if (back > stack.left && back - stack.left <= kNear) {
      stack.waits_at = back;
      return;
    }
    std::uint32_t depth = stack.depth;
    while (depth > 0 && !stack.frame[depth - 1].was_parked) --depth;
    drop_to(stack, depth == 0 ? 0 : depth - 1);
    stack.waits_at = back;
  }

  /// In the library's own part of the environment page (libos/base/upcall_layout.h; a test compares).
  static constexpr std::uint32_t kWaitingFor = 0xf00, kWaitingPc = 0xf04;
  [[nodiscard]] std::uint32_t word_of_page(std::uint32_t env, std::size_t offset) const {
    std::uint32_t word = 0;
    if (page_[env] != 0) std::memcpy(&word, ram_ + (std::size_t(page_[env]) << abi::kPageShift) + offset, sizeof word);
    return word;
  }
};

}  // namespace exo::connection
