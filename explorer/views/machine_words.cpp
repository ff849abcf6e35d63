// The sentence of the event that made a mark: what every tooltip of the Machine panel ends with.
#include <fmt/format.h>

#include "explorer/model/words.hpp"
#include "explorer/views/machine_parts.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {

std::string event_words(const ViewContext& ctx, model::EventNumber number) {
  if (number == 0 || number > ctx.cursor || number > ctx.history.size()) return {};
  const model::Event event = ctx.history.event(number);
  return fmt::format("{}\n{} \u00b5s \u00b7 event {}", model::sentence(event, ctx.state), micros_text(event.ticks),
                     grouped(number));
}

std::string newest_words(const ViewContext& ctx, Selection::Kind kind, std::uint64_t number) {
  static WhyCache pointed;  // one thing is pointed at at a time
  const model::Because& because = pointed.of({kind, number}, ctx.history, ctx.state);
  return because.chain.empty() ? std::string() : event_words(ctx, because.chain.front().event);
}

}  // namespace exo::views
