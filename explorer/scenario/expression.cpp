#include "explorer/scenario/expression.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "explorer/scenario/expression_tree.hpp"

namespace exo::scenario {
namespace {

Value number(double value) { return {Type::Number, value, {}}; }
Value truth(bool value) { return {Type::Truth, value ? 1.0 : 0.0, {}}; }
Value micros_of(model::Ticks ticks) { return ticks == model::kNever ? Value{} : number(model::micros(ticks)); }

Value env_word(const Facts& facts, std::uint32_t env) {
  if (env == 0) return {Type::Env, 0, "nobody"};
  return {Type::Env, 0, env < facts.names.size() ? facts.names[env] : fmt::format("environment {}", env)};
}

std::string_view outcome_word(model::Outcome outcome) {
  switch (outcome) {
    case model::Outcome::Pending:
      return "pending";
    case model::Outcome::Returned:
      return "returned";
    case model::Outcome::Aborted:
      return "aborted";
    case model::Outcome::Ended:
      return "ended";
  }
  return "pending";
}

std::string_view condition_word(abi::EnvState state) {
  switch (state) {
    case abi::EnvState::Free:
      return "gone";
    case abi::EnvState::Building:
      return "building";
    case abi::EnvState::Ready:
      return "ready";
    case abi::EnvState::Running:
      return "running_now";
    case abi::EnvState::Dormant:
      return "dormant";
  }
  return "gone";
}

const model::RequestState* find_request(const model::State& state, const Node& node, const Value& id) {
  const model::RequestState* found = nullptr;
  for (const auto& request : state.requests) {
    if (request.id == 0) continue;
    if (node.of_env ? request.env != node.env : id.type != Type::Number || double(request.id) != id.number) continue;
    if (found == nullptr || request.id < found->id) found = &request;
  }
  return found;
}

Value of_request(const Facts& facts, Function function, const model::RequestState& request) {
  switch (function) {
    case Function::OutcomeOf:
      return {Type::Outcome, 0, std::string(outcome_word(request.outcome))};
    case Function::Requested:
      return micros_of(request.requested);
    case Function::Delivered:
      return micros_of(request.delivered);
    case Function::Armed:
      return micros_of(request.armed);
    case Function::Deadline:
      return micros_of(request.fires);
    case Function::Done:
      return micros_of(request.done);
    case Function::Notified:
      return micros_of(request.notified);
    case Function::Taken:
      return request.asked < abi::kFrameCount ? number(request.asked) : Value{};
    case Function::TakenSlice: {
      const bool known = abi::asks_for_slice(request.asked) && request.asked != abi::kAnySlice;
      return known ? number(request.asked - abi::kAskedSlice) : Value{};
    }
    case Function::SavedTo:
      return request.saved_to < abi::kFrameCount ? number(request.saved_to) : Value{};
    default:
      return env_word(facts, request.env);
  }
}

Value of_frame(const Facts& facts, Function function, const Value& which) {
  if (which.type != Type::Number || which.number < 0 || which.number >= double(abi::kFrameCount)) return {};
  const auto& frame = facts.state.frames[std::size_t(which.number)];
  switch (function) {
    case Function::Owner:
      return env_word(facts, frame.owner);
    case Function::Generation:
      return number(frame.generation);
    default:
      return number(frame.bindings);
  }
}

Value of_download(const Facts& facts, Function function, const Value& which) {
  if (which.type != Type::Number || which.number < 0 || which.number >= double(abi::kMaxDownloads)) return {};
  const auto& download = facts.state.downloads[std::size_t(which.number)];
  switch (function) {
    case Function::Installed:
      return truth(download.installed);
    case Function::DownloadOwner:
      return env_word(facts, download.installed ? download.owner : 0u);
    default:
      return number(download.calls);
  }
}

/// Only the last packets are known; of the others nothing is said.
Value of_packet(const Facts& facts, Function function, const Value& which) {
  if (which.type != Type::Number || which.number < 0) return {};
  const auto wanted = std::uint64_t(which.number);
  const auto& packet = facts.state.wire.packets[wanted % model::kPacketsKept];
  if (packet.arrived == 0 || packet.number != wanted) return {};
  switch (function) {
    case Function::PacketOwner:
      return env_word(facts, packet.owner);
    case Function::PacketFilter:
      return number(packet.filter);
    default:
      return packet.answered == 0 ? Value{} : number(model::micros(packet.answered_at - packet.at));
  }
}

/// How many of `count` frames, from the first on, an environment (0: nobody) owns.
Value owned_among(const Facts& facts, std::uint32_t env, const Value& first, const Value& count) {
  if (first.type != Type::Number || count.type != Type::Number || first.number < 0 || count.number < 0 ||
      first.number + count.number > double(abi::kFrameCount))
    return {};
  const auto frames = std::span(facts.state.frames).subspan(std::size_t(first.number), std::size_t(count.number));
  return number(double(std::ranges::count_if(frames, [&](const auto& frame) { return frame.owner == env; })));
}

Value of_env(const Facts& facts, Function function, std::uint32_t which) {
  const auto& env = facts.state.envs[which % abi::kMaxEnvironments];
  switch (function) {
    case Function::Frames:
      return number(env.frames);
    case Function::Guaranteed:
      return number(env.guaranteed);
    case Function::Bindings:
      return number(env.bindings);
    case Function::Slices:
      return number(env.slices);
    case Function::Excess:
      return number(env.excess);
    case Function::Forfeited:
      return number(double(env.forfeited));
    case Function::Refills:
      return number(double(env.refills));
    case Function::Misses:
      return number(double(env.misses));
    case Function::Authorizations:
      return number(double(env.authorizations));
    case Function::Refusals:
      return number(double(env.refusals));
    case Function::Ran:
      return number(model::micros(env.ran));
    case Function::Downloads:
      return number(env.downloads);
    case Function::DownloadRuns:
      return number(double(env.runs));
    case Function::Claimed:
      return number(double(env.claimed));
    case Function::Sent:
      return number(double(env.sent));
    case Function::Sleeps:
      return number(double(env.sleeps));
    case Function::Sleeping:
      return truth(env.asleep);
    case Function::MaySend:
      return truth(env.may_send);
    case Function::Hung:
      return truth(env.behaviour == model::Behaviour::Hung);
    default:
      return {Type::Condition, 0, std::string(condition_word(env.state))};
  }
}

Value of_event(Function function, const Tally& tally, Field field) {
  if (function == Function::Count) return number(double(tally.count));
  if (tally.count == 0) return {};
  if (function == Function::Time) return number(model::micros(tally.first.ticks));
  if (function == Function::Number) return number(double(tally.first.number));
  const std::uint32_t value = value_of(tally.first, field);
  return number(field.kind == FieldKind::Ticks ? model::micros(value) : double(value));
}

Value of_machine(const Facts& facts, Function function) {
  const auto& state = facts.state;
  switch (function) {
    case Function::Now:
      return number(model::micros(state.now));
    case Function::Events:
      return number(double(state.number));
    case Function::FreeFrames:
      return number(state.free_frames);
    case Function::AllAuthorizations:
      return number(double(state.authorizations));
    case Function::AllRefusals:
      return number(double(state.refusals));
    case Function::Uses:
      return number(double(state.uses));
    case Function::Dropped:
      return number(double(state.dropped));
    case Function::StlbUsed:
      return number(state.stlb_used);
    case Function::Audits:
      return number(double(facts.audits));
    case Function::Differences:
      return number(double(facts.differences));
    case Function::Checked:
      return number(double(facts.checked));
    case Function::PacketsArrived:
      return number(double(state.wire.arrived));
    case Function::PacketsClaimed:
      return number(double(state.wire.claimed));
    case Function::PacketsDelivered:
      return number(double(state.wire.delivered));
    case Function::PacketsHandled:
      return number(double(state.wire.handled));
    case Function::PacketsDropped:
      return number(double(state.wire.dropped));
    case Function::PacketsSent:
      return number(double(state.wire.sent));
    case Function::TreeNodes:
      return number(state.wire.nodes);
    case Function::BrokenInvariants:
      return number(double(facts.broken_invariants));
    default:
      return env_word(facts, state.running);
  }
}

Value evaluate_node(const Node& node, const Facts& facts);

Value evaluate_call(const Node& node, const Facts& facts) {
  const Value argument = node.children.empty() ? Value{} : evaluate_node(node.children[0], facts);
  for (const auto& row : kFunctions) {
    if (row.function != node.function) continue;
    switch (row.argument) {
      case Argument::None:
        return of_machine(facts, node.function);
      case Argument::Env:
        return of_env(facts, node.function, node.env);
      case Argument::EnvAndFrames:
        return owned_among(facts, node.env, argument, evaluate_node(node.children[1], facts));
      case Argument::Frame:
        return of_frame(facts, node.function, argument);
      case Argument::Slice: {
        const bool position = argument.type == Type::Number && argument.number < double(abi::kSlicePositions);
        return position ? env_word(facts, facts.state.slices[std::size_t(argument.number)]) : Value{};
      }
      case Argument::Download:
        return of_download(facts, node.function, argument);
      case Argument::Packet:
        return of_packet(facts, node.function, argument);
      case Argument::Request: {
        const auto* request = find_request(facts.state, node, argument);
        return request == nullptr ? Value{} : of_request(facts, node.function, *request);
      }
      case Argument::Event:
      case Argument::FieldOfEvent:
        return node.pattern < facts.tallies.size() ? of_event(node.function, facts.tallies[node.pattern], node.field)
                                                   : Value{};
    }
  }
  return {};
}

bool holds_between(Comparison comparison, const Value& left, const Value& right) {
  const bool word = left.type == Type::Env || left.type == Type::Outcome || left.type == Type::Condition;
  if (left.type == Type::Nothing || right.type == Type::Nothing || left.type != right.type || word) {
    const bool same = left.type == right.type && left.word == right.word;
    return comparison == Comparison::Equal ? same : comparison == Comparison::NotEqual && !same;
  }
  return compare(comparison, left.number, right.number);
}

bool is_true(const Value& value) { return value.type == Type::Truth && value.number != 0; }

Value arithmetic(Node::Kind kind, const Value& left, const Value& right) {
  if (left.type != Type::Number || right.type != Type::Number) return {};
  switch (kind) {
    case Node::Kind::Add:
      return number(left.number + right.number);
    case Node::Kind::Subtract:
      return number(left.number - right.number);
    case Node::Kind::Multiply:
      return number(left.number * right.number);
    default:
      return right.number == 0 ? Value{} : number(left.number / right.number);
  }
}

Value evaluate_node(const Node& node, const Facts& facts) {
  const auto child = [&](std::size_t i) { return evaluate_node(node.children[i], facts); };
  switch (node.kind) {
    case Node::Kind::Literal:
      return node.literal;
    case Node::Kind::Call:
      return evaluate_call(node, facts);
    case Node::Kind::Not:
      return truth(!is_true(child(0)));
    case Node::Kind::And:
      return truth(is_true(child(0)) && is_true(child(1)));
    case Node::Kind::Or:
      return truth(is_true(child(0)) || is_true(child(1)));
    case Node::Kind::Compare: {
      Value left = child(0);
      for (std::size_t i = 0; i < node.comparisons.size(); ++i) {
        Value right = child(i + 1);
        if (!holds_between(node.comparisons[i], left, right)) return truth(false);
        left = std::move(right);
      }
      return truth(true);
    }
    default:
      return arithmetic(node.kind, child(0), child(1));
  }
}

}  // namespace

std::string text_of(const Value& value) {
  switch (value.type) {
    case Type::Nothing:
      return "never";
    case Type::Truth:
      return value.number != 0 ? "yes" : "no";
    case Type::Number:
      return value.number == std::floor(value.number) ? fmt::format("{:.0f}", value.number)
                                                      : fmt::format("{:.1f}", value.number);
    default:
      return value.word;
  }
}

Expression::Expression(std::string_view text, ExpressionContext& context)
    : text_(text), root_(std::make_shared<const Node>(parse_tree(text, context))) {}

Value Expression::evaluate(const Facts& facts) const { return evaluate_node(*root_, facts); }
Type Expression::type() const { return root_->type; }

}  // namespace exo::scenario
