// A lesson, as read from its file and checked: what to create, what to inject and when, what to say, and what must
// hold. Everything here is plain data; nothing refers to a machine. Environments are numbered as the arbiter creates
// them: 0 is the kernel, 1 the arbiter itself, then those of the file in their order.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "explorer/model/story.hpp"
#include "explorer/packets/store.hpp"
#include "explorer/scenario/expression.hpp"
#include "explorer/scenario/variation.hpp"
#include "kernel/abi/boot_manifest.hpp"
#include "kernel/abi/memory_layout.hpp"
#include "kernel/abi/trace_ring.hpp"

namespace exo::scenario {

struct EnvironmentPlan {
  std::string program, name;
  std::uint32_t slices = 1;
  std::uint64_t positions = 0;  ///< bit n: one of these slices is at position n
  std::uint32_t authority = 0;  ///< rights that the arbiter passes on to it
  std::array<std::uint32_t, abi::kParameters> parameters{};
};

/// [machine]: how the kernel is booted.
struct MachinePlan {
  bool tracing = true;            ///< false: nothing is seen but boot, commands and notes, and nothing is spent on it
  std::uint32_t identifiers = 0;  ///< address-space identifiers that the kernel may use; 0: all it has
};

/// Which frame, slice or download an injection asks for. OfEnv and OfEvent are settled when the step begins.
struct FrameChoice {
  enum class Kind : std::uint8_t { Any, Number, OfEnv, OfEvent } kind = Kind::Any;
  std::uint32_t number = abi::kAnyFrame;  ///< Number: as the command has it (abi::kAskedSlice)
  std::uint32_t env = 0, nth = 1;         ///< OfEnv: its nth frame, in order of number, that is not guaranteed
  Field field{};                          ///< OfEvent: this field of the event that began the step
};

struct Injection {
  abi::ControlOp op{};
  std::uint32_t env = 0;
  FrameChoice frame;           ///< where the operation takes one
  std::uint32_t a = 0, b = 0;  ///< as control_ops.def says
  bool takes_frame = false;
  std::uint32_t delay_us = 0;  ///< after the step's time: packets of a series
};

/// When a step begins: at a guest time, on the nth event that matches since the step before began, or (neither) with
/// the next event.
struct Trigger {
  std::optional<std::uint32_t> at_us;
  std::optional<EventPattern> on;
  std::uint32_t nth = 1;
};

/// A sentence with {braces}: plain text, and between it fields of the step's event or expressions.
struct SentencePart {
  std::string text;  ///< plain text, or the name of a field
  bool is_field = false;
  std::optional<Expression> expression;  ///< instead of both
};
using Sentence = std::vector<SentencePart>;

struct LookPlan {
  model::Look look;
  std::optional<Field> field;  ///< the object's number is this field of the step's event
};

struct Choice {
  std::string text;
  std::optional<Expression>
      when;  ///< holds when this choice is the right one; otherwise its text is compared with the answer
};

struct Ask {
  std::string text, explanation;
  std::vector<Choice> choices;
  std::optional<Expression> answer;
  model::Look::Object object = model::Look::Object::None;  ///< the answer is one of these, and can be clicked
  double within = 0;                                       ///< a number is right when it is so near
  int known_step = 0;  ///< the answer is computed when this step (1 is the first) begins; 0: at the end
};

struct Step {
  Trigger trigger;
  std::vector<Injection> inject;  ///< all taken at the same timer tick, in this order
  Sentence say;
  std::string hint;
  LookPlan look;
  std::optional<Ask> ask;
  int line = 0;
};

/// [[inject]]: done at a guest time beside the steps, which it does not change. A live session that was saved is made
/// of these.
struct TimedInjection {
  std::uint32_t at_us = 0;
  Injection injection;
};

struct Expectation {
  std::string text;
  Expression holds;
  int after_step = 0;  ///< judged when this step begins; 0: at the end
};

struct Scenario {
  std::string file;  ///< as given, for messages
  std::string name;  ///< file name without folder and ".toml"
  std::string text;  ///< the whole file; recordings carry it
  std::string title, goal;
  std::uint32_t minutes = 0;  ///< how long the lesson takes in class; 0: not said
  std::uint32_t end_us = 0;
  Variation variation;
  MachinePlan machine;
  std::string first = "arbiter";  ///< the program that the kernel starts, with all authority
  std::vector<EnvironmentPlan> envs;
  std::array<std::uint32_t, abi::kParameters> arbiter{};
  std::vector<Step> steps;
  std::vector<TimedInjection> injections;
  std::vector<Expectation> expectations;
  EnvNames env_names;
  packets::Store store;                      ///< packets and filters that its injections point to
  std::map<std::string, std::string> files;  ///< that it names, with their bytes; recordings carry them
  std::vector<EventPattern> patterns;        ///< counted while the story is told: see Expression
};

}  // namespace exo::scenario
