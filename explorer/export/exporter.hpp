// An export that is made a little at a time, so that whoever makes it can do something else between two events, or
// stop.
#pragma once
#include <memory>

#include "explorer/export/output.hpp"
#include "explorer/model/history.hpp"

namespace exo::exporting {

class Exporter {
 public:
  virtual ~Exporter() = default;
  /// Writes what one more event comes to; false: there are no more, and the text is whole. Throws InputError.
  virtual bool step() = 0;
  [[nodiscard]] virtual model::EventNumber first() const = 0;  ///< the events that it goes over
  [[nodiscard]] virtual model::EventNumber last() const = 0;
  [[nodiscard]] virtual model::EventNumber number() const = 0;  ///< the last one taken
  [[nodiscard]] virtual std::uint64_t count() const = 0;        ///< lines or trace events written
};

/// Both must outlive the exporter, and the events must not be forgotten before their turn.
[[nodiscard]] std::unique_ptr<Exporter> csv_exporter(const model::History& history, Output& out);
[[nodiscard]] std::unique_ptr<Exporter> perfetto_exporter(const model::History& history, Output& out);

}  // namespace exo::exporting
