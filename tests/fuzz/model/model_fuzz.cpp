// The model fed with any bytes as trace records: whatever comes, it neither breaks nor contradicts itself. A libFuzzer
// entry function; driver.cpp calls it with many deterministic inputs when there is no libFuzzer.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "explorer/model/explain.hpp"
#include "explorer/model/filter.hpp"
#include "explorer/model/history.hpp"
#include "explorer/model/state_text.hpp"
#include "explorer/model/words.hpp"

namespace {
void require(bool holds) {
  if (!holds) std::abort();
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace exo;
  std::vector<abi::TraceRecord> records(size / sizeof(abi::TraceRecord));
  if (!records.empty()) std::memcpy(records.data(), data, records.size() * sizeof(abi::TraceRecord));
  // Most inputs would end at "unknown event" or "lost records": half of them are made to look better.
  if (size % 2 == 0)
    for (std::size_t i = 0; i < records.size(); ++i) {
      records[i].sequence = std::uint32_t(i);
      records[i].event = std::uint16_t(records[i].event % 92);
      records[i].environment = std::uint16_t(records[i].environment % abi::kMaxEnvironments);
    }
  model::History history;
  history.append(records);
  require(history.size() == records.size());
  model::Ticks last = 0;
  for (model::EventNumber n = 1; n <= history.size(); ++n) {
    require(history.ticks(n) >= last);
    last = history.ticks(n);
    require(history.at_time(last) <= n);
    require(!model::sentence(history.event(n), history.newest()).empty());
  }
  const std::string newest = model::state_text(history.newest());
  const model::EventNumber middle = history.size() / 2;
  const std::string then = model::state_text(history.state_at(middle));
  (void)history.state_at(0);
  require(then == model::state_text(history.state_at(middle)));
  require(newest == model::state_text(history.state_at(history.size())));
  for (unsigned kind = 0; kind <= unsigned(model::Look::Object::Request); ++kind)
    (void)model::why(history, {model::Look::Object(kind), records.empty() ? 0 : records[0].arguments[0]},
                     history.size());
  model::FilterIndex index;
  index.set({.text = "frame 5", .categories = 0xf0f, .env = {}, .id = {}});
  while (!index.scan(history, 64)) {
  }
  return 0;
}
