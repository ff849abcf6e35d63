// The four kinds of files, behind one face.
#include "explorer/session/save_job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "explorer/common/error.hpp"
#include "explorer/export/exporter.hpp"
#include "explorer/model/clock.hpp"
#include "explorer/packets/collector.hpp"
#include "explorer/packets/pcap_file.hpp"

namespace exo::session {
namespace {

using model::EventNumber;

class ExportWork final : public SaveJob::Work {
 public:
  ExportWork(bool csv, const model::History& history, const std::string& path)
      : out_(path),
        csv_(csv),
        exporter_(csv ? exporting::csv_exporter(history, out_) : exporting::perfetto_exporter(history, out_)) {}
  bool step() override { return exporter_->step(); }
  void finish() override { out_.finish(); }
  EventNumber number() const override { return exporter_->number(); }
  std::string words(const std::string& path) const override {
    return csv_ ? fmt::format("saved {} events to {}", exporter_->count(), path)
                : fmt::format("saved {}: open it at ui.perfetto.dev", path);
  }

 private:
  exporting::Output out_;
  bool csv_;
  std::unique_ptr<exporting::Exporter> exporter_;
};

class PacketWork final : public SaveJob::Work {
 public:
  PacketWork(const model::History& history, const std::string& path)
      : history_(history), out_(path), number_(history.forgotten()), last_(history.size()) {
    std::string head;
    packets::append_pcap_head(head);
    out_.put(head);
  }
  bool step() override {
    for (const auto& record : history_.records_from(number_ + 1)) {
      if (number_ == last_) return false;
      take(record);
    }
    return number_ < last_;
  }
  void finish() override { out_.finish(); }
  EventNumber number() const override { return number_; }
  std::string words(const std::string& path) const override {
    return fmt::format("saved {} {} to {}", count_, count_ == 1 ? "packet" : "packets", path);
  }

 private:
  const model::History& history_;
  exporting::Output out_;
  packets::Collector collector_;
  EventNumber number_, last_;
  double micros_ = 0;  ///< of the record that began the packet
  std::size_t count_ = 0;

  void take(const abi::TraceRecord& record) {
    ++number_;
    const auto event = abi::Event(record.event);
    if (event == abi::Event::PacketArrived || event == abi::Event::PacketSent)
      micros_ = model::micros(history_.ticks(number_));
    auto packet = collector_.take(record);
    if (!packet) return;
    std::string text;
    packets::append_pcap(text, {std::uint64_t(micros_), std::move(packet->bytes)});
    out_.put(text);
    ++count_;
  }
};

class RecordingWork final : public SaveJob::Work {
 public:
  RecordingWork(const model::History& history, const connection::RecordingHeader& header, const std::string& path)
      : history_(history),
        writer_(path, header),
        first_(history.forgotten() + 1),
        number_(history.forgotten()),
        last_(history.size()) {}
  bool step() override {
    const auto records = history_.records_from(number_ + 1);
    const auto count = std::size_t(std::min<EventNumber>({records.size(), kAtOnce, last_ - number_}));
    try {
      writer_.append(records.first(count));
    } catch (const InputError&) {
      fail();
    }
    number_ += count;
    return number_ < last_;
  }
  void finish() override {
    try {
      writer_.finish();
    } catch (const InputError&) {
      fail();
    }
  }
  EventNumber number() const override { return number_; }
  std::string words(const std::string& path) const override {
    auto words = fmt::format("saved {} events to {}", last_ + 1 - first_, path);
    if (first_ > 1) words += fmt::format("; the first {} were no longer in memory", first_ - 1);
    return words;
  }

 private:
  static constexpr EventNumber kAtOnce = connection::kRecordsPerBlock;
  const model::History& history_;
  connection::RecordingWriter writer_;
  EventNumber first_, number_, last_;

  /// What a recording says when it breaks off does not hold here: nothing is kept of it.
  [[noreturn]] void fail() const {
    throw InputError(fmt::format("{}: {}; make room or choose another place", writer_.path(), writer_.why()));
  }
};

std::unique_ptr<SaveJob::Work> work_of(SaveKind kind, const model::History& history,
                                       const connection::RecordingHeader& header, const std::string& path) {
  switch (kind) {
    case SaveKind::Csv:
    case SaveKind::Perfetto:
      return std::make_unique<ExportWork>(kind == SaveKind::Csv, history, path);
    case SaveKind::Packets:
      return std::make_unique<PacketWork>(history, path);
    case SaveKind::Recording:
      return std::make_unique<RecordingWork>(history, header, path);
  }
  return {};
}

}  // namespace

SaveJob::SaveJob(SaveKind kind, const model::History& history, const connection::RecordingHeader& header,
                 const std::string& path)
    : history_(history),
      saving_{path, 0},
      first_(history.forgotten() + 1),
      last_(history.size()),
      work_(work_of(kind, history, header, path)) {}

SaveJob::~SaveJob() {
  if (whole_) return;
  work_.reset();  // closes the file
  std::error_code error;
  // A pipe or a device was there before.
  if (std::filesystem::is_regular_file(saving_.path, error)) std::filesystem::remove(saving_.path, error);
}

bool SaveJob::pump(std::chrono::microseconds budget) {
  constexpr int kBetweenLooks = 32;
  const auto until = std::chrono::steady_clock::now() + budget;
  do {
    for (int i = 0; i < kBetweenLooks; ++i) {
      if (history_.forgotten() > work_->number() && history_.forgotten() >= first_)
        throw InputError(
            fmt::format("{}: the run went on faster than the file was written, and forgot what was still "
                        "to come; pause it first",
                        saving_.path));
      if (work_->step()) continue;
      work_->finish();
      saving_.share = 1;
      return whole_ = true;
    }
  } while (std::chrono::steady_clock::now() < until);
  const auto events = double(std::max<EventNumber>(1, last_ + 1 - first_));
  saving_.share = std::clamp(double(work_->number() + 1 - first_) / events, 0.0, 1.0);
  return false;
}

std::string SaveJob::words() const { return work_->words(saving_.path); }

}  // namespace exo::session
