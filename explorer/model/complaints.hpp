// A list of complaints that a hostile source can't grow without end: the first ones are kept, all are counted.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "explorer/model/history.hpp"

namespace exo::model {

class Complaints {
 public:
  /// `text` is called only when the complaint is kept.
  template <class Text>
  void add(EventNumber number, Text&& text) {
    if (list_.size() < History::kComplaintsKept) list_.push_back({number, text()});
    ++count_;
  }
  [[nodiscard]] const std::vector<Complaint>& list() const { return list_; }
  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  std::vector<Complaint> list_;
  std::uint64_t count_ = 0;
};

}  // namespace exo::model
