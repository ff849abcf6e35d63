// The verifier: follows every path of a program with what is known about each register, and accepts it only if every
// path ends within the budget and touches nothing but what the program was given. Pure: no kernel behind it, so it is
// tested on any machine.
//
// First each instruction alone (structure.hpp), then which registers are read later (liveness), then the paths, depth
// first. Where paths meet, the state is kept. A path that arrives with a state that is covered by one from which every
// path has been followed ends there: nothing new can happen. One that arrives with the very state that it has been in
// itself would go round for ever. What one path finds true of an instruction is a fact only if all paths do.
#pragma once
#include "kernel/download/look.hpp"
#include "kernel/download/program.hpp"
#include "kernel/download/verifier_memory.hpp"

namespace exo::kernel::download {

class Verifier {
 public:
  /// `memory` is the verifier's alone until it is done (verifier_memory.hpp); `facts` has room for one byte an
  /// instruction.
  void start(VerifierMemory& memory, const Instruction* program, uint32_t count, const Rules& rules, uint8_t* facts);
  /// Looks at one instruction on one path, at one way of a conditional jump, or compares or copies a part of a state:
  /// mostly less than 500 machine instructions. What is known of numbers of 64 bits, and divisions of them, take more.
  Progress step();
  [[nodiscard]] const Finding& finding() const { return finding_; }    ///< after Refused
  [[nodiscard]] uint32_t longest() const { return longest_; }          ///< after Done: machine instructions, from above
  [[nodiscard]] uint32_t looked_at() const { return looked_at_; }      ///< instructions, on all paths
  [[nodiscard]] uint32_t stack_bytes() const { return stack_bytes_; }  ///< after Done: how much of the stack it uses

 private:
  enum class Phase : uint8_t {
    Structure,
    Targets,
    Liveness,
    Look,
    Ways,     ///< what a comparison says, on either way
    Fork,     ///< both are possible: a state for each
    Take,     ///< what the comparison says becomes known
    Arrive,   ///< where paths meet
    Compare,  ///< is the state covered by a kept one?
    Repeat,   ///< and the kept one by it?
    Keep,
    Retreat,  ///< a path has ended: to the last one that waits
    ClearUpper,
    Upper,  ///< liveness of upper halves
    Over,
  };

  Progress refuse(Verdict verdict, uint32_t instruction, uint32_t detail);
  [[nodiscard]] State& now() { return memory_->waiting[waiting_]; }

  // verifier.cpp
  Progress structure();
  Progress targets();
  Progress look();
  Progress ways();
  Progress check_function(uint32_t at);
  void visit(uint32_t at, uint8_t facts);
  void go(uint32_t at);

  // paths.cpp
  void begin_paths();
  void arrive();
  Progress compare();
  void next_kept();
  void keep();
  void fork();
  void take();
  Progress end_path(uint32_t from_here);
  void retreat();
  [[nodiscard]] uint32_t kept_index(uint32_t back) const;

  // liveness.cpp
  Progress liveness();
  Progress upper();
  [[nodiscard]] uint32_t live_after(uint32_t at) const;
  [[nodiscard]] uint16_t upper_before(const Instruction& it, uint8_t facts, uint16_t after) const;
  bool next_sweep();

  VerifierMemory* memory_;
  const Instruction* program_;
  uint8_t* facts_;
  Rules rules_;
  uint32_t count_;
  Phase phase_;
  bool changed_, all_live_, calls_;  ///< calls_: there are functions in it
  bool taken_, forks_;               ///< the way that is being taken jumps; then the other one is, too
  Way ways_[2];                      ///< of the conditional jump being looked at: it stays, it jumps
  uint32_t cursor_;                  ///< instruction, or part of a state
  uint32_t sweeps_;
  uint32_t places_, kept_per_place_;
  uint32_t compared_;  ///< kept states at this place that were looked at
  uint32_t waiting_;   ///< the current state; those below it wait
  uint32_t nodes_;
  Names names_;
  uint16_t next_id_;
  Finding finding_;
  uint32_t cost_;
  uint32_t longest_, looked_at_, stack_bytes_;
};

}  // namespace exo::kernel::download
