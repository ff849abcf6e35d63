// Words for records that mean nothing, and for categories.
#include "explorer/model/decode.hpp"

#include <fmt/format.h>

namespace exo::model {

std::string_view category_name(Category category) {
  for (const EventRow& row : kEventTable)
    if (row.known() && row.category == category) return row.category_name;
  return "unknown";
}

std::string complaint_text(const abi::TraceRecord& record, Fault fault) {
  const EventRow& row = row_of(record.event);
  switch (fault) {
    case Fault::None:
      return "";
    case Fault::UnknownEvent:
      return fmt::format("there is no event {}: kept, not applied", record.event);
    case Fault::Environment:
      return fmt::format("{} names environment {} as the one that ran, but there are {}: kept, not applied", row.name,
                         record.environment, abi::kMaxEnvironments);
    default:
      break;
  }
  const auto i = std::size_t(fault) - std::size_t(Fault::Argument0);
  if (i >= 4) return "";
  return fmt::format("{} has {} {} ({:#x}), which is out of range: kept, not applied", row.name, row.names[i],
                     record.arguments[i], record.arguments[i]);
}

}  // namespace exo::model
