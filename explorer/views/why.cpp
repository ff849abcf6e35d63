// The question is the model's (explain.hpp); here it is asked of what is selected, and its answer kept while the cursor
// moves.
#include "explorer/views/why.hpp"

#include <algorithm>

#include "explorer/model/explain.hpp"

namespace exo::views {
namespace {

model::Subject subject_of(const Selection& selection) {
  using Object = model::Look::Object;
  const auto number = std::uint32_t(selection.number);
  switch (selection.kind) {
    case Selection::Kind::None:
    case Selection::Kind::Event:
      break;
    case Selection::Kind::Frame:
      return {Object::Frame, number};
    case Selection::Kind::Environment:
      return {Object::Environment, number};
    case Selection::Kind::TlbEntry:
      return {Object::TlbEntry, number};
    case Selection::Kind::StlbSlot:
      return {Object::StlbSlot, number};
    case Selection::Kind::Slice:
      return {Object::Slice, number};
    case Selection::Kind::Attempt:
      break;
    case Selection::Kind::Download:
      return {Object::Download, number};
    case Selection::Kind::Packet:
      return {Object::Packet, number};
    case Selection::Kind::Request:
      return {Object::Request, number};
  }
  return {};
}

}  // namespace

bool concerns(const model::Event& event, const Selection& selection) {
  return model::touches(event, subject_of(selection));
}

const std::vector<model::EventNumber>& WhyChain::of(const Selection& selection, const model::History& history,
                                                    const model::State& state) {
  if (asked_ == selection && source_ == &history && at_ == state.number) return chain_;
  const model::EventNumber from = std::min(state.number, history.size());
  // A little forwards: only what is new has to be looked at.
  const bool onwards = asked_ == selection && source_ == &history && from >= at_ && from - at_ < kReach;
  const model::EventNumber least = onwards ? at_ : from > kReach ? from - kReach : 0;
  const model::Subject subject = subject_of(selection);
  std::vector<model::EventNumber> found;
  if (subject.kind != model::Look::Object::None && from > least)
    found = model::why(history, subject, from, kMost, from - least).events;
  if (onwards) found.insert(found.end(), chain_.begin(), chain_.end());
  if (found.size() > kMost) found.resize(kMost);
  chain_ = std::move(found);
  asked_ = selection;
  source_ = &history;
  at_ = from;
  return chain_;
}

}  // namespace exo::views
