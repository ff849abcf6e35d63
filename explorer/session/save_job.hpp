// A file made from a history, a little at a time: while it is written the machine runs on and the window answers.
//
// Invariant: the file is whole, or it is not there. What is given up, fails, or is overtaken by a history that forgets
// is removed again.
#pragma once
#include <chrono>
#include <memory>
#include <string>

#include "explorer/connection/recording.hpp"
#include "explorer/model/history.hpp"
#include "explorer/model/saving.hpp"

namespace exo::session {

enum class SaveKind { Csv, Perfetto, Packets, Recording };

class SaveJob {
 public:
  /// Makes the file, or replaces one. Of the events that there are now. The history must outlive the job, `header` is
  /// for recordings. Throws InputError.
  SaveJob(SaveKind kind, const model::History& history, const connection::RecordingHeader& header,
          const std::string& path);
  ~SaveJob();
  SaveJob(const SaveJob&) = delete;
  SaveJob& operator=(const SaveJob&) = delete;

  /// Goes on for about so long; true: the file is whole. Throws InputError once, and is of no use afterwards.
  bool pump(std::chrono::microseconds budget);

  [[nodiscard]] const model::Saving& saving() const { return saving_; }
  /// "saved 4,711 events to ..."; once it is whole.
  [[nodiscard]] std::string words() const;

  /// What a kind of file needs to know and do.
  class Work {
   public:
    virtual ~Work() = default;
    virtual bool step() = 0;  ///< one event, or a few; false: no more
    virtual void finish() = 0;
    [[nodiscard]] virtual model::EventNumber number() const = 0;  ///< the last event that was taken
    [[nodiscard]] virtual std::string words(const std::string& path) const = 0;
  };

 private:
  const model::History& history_;
  model::Saving saving_;
  model::EventNumber first_ = 1, last_ = 0;
  std::unique_ptr<Work> work_;
  bool whole_ = false;
};

}  // namespace exo::session
