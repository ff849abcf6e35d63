// The tree of an expression, shared by its reader (expression_parse.cpp) and its evaluator (expression.cpp), and the
// one table of functions: adding a function is one row here and one case in evaluate_function.
#pragma once
#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "explorer/scenario/expression.hpp"

namespace exo::scenario {

enum class Argument : std::uint8_t {
  None,
  Env,
  EnvAndFrames,
  Frame,
  Slice,
  Download,
  Packet,
  Request,
  Event,
  FieldOfEvent
};

enum class Function : std::uint8_t {
  Owner,
  Generation,
  FrameBindings,
  Frames,
  OwnedAmong,
  Guaranteed,
  Bindings,
  Slices,
  Excess,
  Forfeited,
  SliceOwner,
  Refills,
  Misses,
  Authorizations,
  Refusals,
  Ran,
  Downloads,
  DownloadRuns,
  Claimed,
  Sent,
  Sleeps,
  Sleeping,
  MaySend,
  EnvCondition,
  Hung,
  Installed,
  DownloadOwner,
  Calls,
  PacketOwner,
  PacketFilter,
  RoundTrip,
  OutcomeOf,
  Requested,
  Delivered,
  Armed,
  Deadline,
  Done,
  Notified,
  Taken,
  TakenSlice,
  SavedTo,
  AskedOf,
  Count,
  Time,
  Number,
  FieldValue,
  // Without arguments.
  Now,
  Events,
  FreeFrames,
  AllAuthorizations,
  AllRefusals,
  Uses,
  Dropped,
  StlbUsed,
  Audits,
  Differences,
  Checked,
  BrokenInvariants,
  PacketsArrived,
  PacketsClaimed,
  PacketsDelivered,
  PacketsHandled,
  PacketsDropped,
  PacketsSent,
  TreeNodes,
  Running
};

struct FunctionRow {
  Function function;
  std::string_view name;
  Argument argument;
  Type type;
};

inline constexpr FunctionRow kFunctions[] = {
    {Function::Owner, "owner", Argument::Frame, Type::Env},
    {Function::Generation, "generation", Argument::Frame, Type::Number},
    {Function::FrameBindings, "bindings_on", Argument::Frame, Type::Number},
    {Function::Frames, "frames", Argument::Env, Type::Number},
    {Function::OwnedAmong, "owned_among", Argument::EnvAndFrames, Type::Number},
    {Function::Guaranteed, "guaranteed", Argument::Env, Type::Number},
    {Function::Bindings, "bindings", Argument::Env, Type::Number},
    {Function::Slices, "slices", Argument::Env, Type::Number},
    {Function::Excess, "excess", Argument::Env, Type::Number},
    {Function::Forfeited, "forfeited", Argument::Env, Type::Number},
    {Function::SliceOwner, "slice_owner", Argument::Slice, Type::Env},
    {Function::Refills, "refills", Argument::Env, Type::Number},
    {Function::Misses, "misses", Argument::Env, Type::Number},
    {Function::Authorizations, "authorizations_of", Argument::Env, Type::Number},
    {Function::Refusals, "refusals_of", Argument::Env, Type::Number},
    {Function::Ran, "ran", Argument::Env, Type::Number},
    {Function::Downloads, "downloads", Argument::Env, Type::Number},
    {Function::DownloadRuns, "download_runs", Argument::Env, Type::Number},
    {Function::Claimed, "claimed", Argument::Env, Type::Number},
    {Function::Sent, "sent", Argument::Env, Type::Number},
    {Function::Sleeps, "sleeps", Argument::Env, Type::Number},
    {Function::Sleeping, "sleeping", Argument::Env, Type::Truth},
    {Function::MaySend, "may_send", Argument::Env, Type::Truth},
    {Function::Installed, "installed", Argument::Download, Type::Truth},
    {Function::DownloadOwner, "download_owner", Argument::Download, Type::Env},
    {Function::Calls, "calls", Argument::Download, Type::Number},
    {Function::PacketOwner, "packet_owner", Argument::Packet, Type::Env},
    {Function::PacketFilter, "packet_filter", Argument::Packet, Type::Number},
    {Function::RoundTrip, "round_trip", Argument::Packet, Type::Number},
    {Function::EnvCondition, "condition", Argument::Env, Type::Condition},
    {Function::Hung, "hung", Argument::Env, Type::Truth},
    {Function::OutcomeOf, "outcome", Argument::Request, Type::Outcome},
    {Function::Requested, "requested", Argument::Request, Type::Number},
    {Function::Delivered, "delivered", Argument::Request, Type::Number},
    {Function::Armed, "armed", Argument::Request, Type::Number},
    {Function::Deadline, "deadline", Argument::Request, Type::Number},
    {Function::Done, "done", Argument::Request, Type::Number},
    {Function::Notified, "notified", Argument::Request, Type::Number},
    {Function::Taken, "frame_of", Argument::Request, Type::Number},
    {Function::TakenSlice, "slice_of", Argument::Request, Type::Number},
    {Function::SavedTo, "saved_to", Argument::Request, Type::Number},
    {Function::AskedOf, "asked_of", Argument::Request, Type::Env},
    {Function::Count, "count", Argument::Event, Type::Number},
    {Function::Time, "time", Argument::Event, Type::Number},
    {Function::Number, "number", Argument::Event, Type::Number},
    {Function::FieldValue, "value", Argument::FieldOfEvent, Type::Number},
    {Function::Now, "now", Argument::None, Type::Number},
    {Function::Events, "events", Argument::None, Type::Number},
    {Function::FreeFrames, "free_frames", Argument::None, Type::Number},
    {Function::AllAuthorizations, "authorizations", Argument::None, Type::Number},
    {Function::AllRefusals, "refusals", Argument::None, Type::Number},
    {Function::Uses, "uses", Argument::None, Type::Number},
    {Function::Dropped, "dropped", Argument::None, Type::Number},
    {Function::StlbUsed, "stlb_used", Argument::None, Type::Number},
    {Function::Audits, "audits", Argument::None, Type::Number},
    {Function::Differences, "audit_differences", Argument::None, Type::Number},
    {Function::Checked, "audit_checked", Argument::None, Type::Number},
    {Function::BrokenInvariants, "broken_invariants", Argument::None, Type::Number},
    {Function::PacketsArrived, "packets_arrived", Argument::None, Type::Number},
    {Function::PacketsClaimed, "packets_claimed", Argument::None, Type::Number},
    {Function::PacketsDelivered, "packets_delivered", Argument::None, Type::Number},
    {Function::PacketsHandled, "packets_handled", Argument::None, Type::Number},
    {Function::PacketsDropped, "packets_dropped", Argument::None, Type::Number},
    {Function::PacketsSent, "packets_sent", Argument::None, Type::Number},
    {Function::TreeNodes, "tree_nodes", Argument::None, Type::Number},
    {Function::Running, "running", Argument::None, Type::Env},
};

/// The words of each kind of value. Names of environments are words of kind Env too.
struct WordRow {
  std::string_view word;
  Type type;
};
inline constexpr WordRow kWords[] = {
    {"nobody", Type::Env},         {"returned", Type::Outcome}, {"aborted", Type::Outcome},
    {"pending", Type::Outcome},    {"ended", Type::Outcome},    {"gone", Type::Condition},
    {"building", Type::Condition}, {"ready", Type::Condition},  {"running_now", Type::Condition},
    {"dormant", Type::Condition},  {"yes", Type::Truth},        {"no", Type::Truth},
    {"never", Type::Nothing},
};

struct Node {
  enum class Kind : std::uint8_t { Literal, Call, Compare, And, Or, Not, Add, Subtract, Multiply, Divide };
  Kind kind = Kind::Literal;
  Type type = Type::Nothing;
  Value literal;
  Function function{};
  std::uint32_t env = 0;    ///< Call on an environment; of a request: "of NAME"
  bool of_env = false;      ///< the request is the first that was made to env
  std::size_t pattern = 0;  ///< Call on an event
  Field field;              ///< FieldValue
  std::vector<Node> children;
  std::vector<Comparison> comparisons;  ///< Compare: between children, all must hold
};

[[nodiscard]] Node parse_tree(std::string_view text, ExpressionContext& context);

}  // namespace exo::scenario
