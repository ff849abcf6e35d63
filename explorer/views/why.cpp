// The question is the model's (explain.hpp); here it is asked of what is selected, and its answer kept.
#include "explorer/views/why.hpp"

namespace exo::views {

model::Subject subject_of(const Selection& selection) {
  using Object = model::Look::Object;
  const auto number = std::uint32_t(selection.number);
  switch (selection.kind) {
    case Selection::Kind::None:
      break;
    case Selection::Kind::Event:
    case Selection::Kind::Attempt:  // known by the event that began it
      return {Object::None, 0, selection.number};
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
    case Selection::Kind::Download:
      return {Object::Download, number};
    case Selection::Kind::Packet:
      return {Object::Packet, number};
    case Selection::Kind::Request:
      return {Object::Request, number};
  }
  return {};
}

bool concerns(const model::Event& event, const Selection& selection) {
  return model::touches(event, subject_of(selection));
}

const model::Because& WhyCache::of(const Selection& selection, const model::History& history,
                                   const model::State& state) {
  if (asked_ == selection && source_ == &history && at_ == state.number) return answer_;
  asked_ = selection;
  source_ = &history;
  at_ = state.number;
  answer_ = selection.kind == Selection::Kind::None ? model::Because{}
                                                    : model::explain(history, state, subject_of(selection));
  return answer_;
}

}  // namespace exo::views
