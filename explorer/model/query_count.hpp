// How often each value of a field occurs among the events that a query finds: the table of "count by".
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "explorer/model/query_fields.hpp"

namespace exo::model {

struct CountRow {
  std::string value;  ///< as a query takes it
  std::uint64_t count = 0;
  EventNumber first = 0;  ///< where it occurs first
};

class CountTable {
 public:
  static constexpr std::size_t kMostRows = 100'000;  ///< values beyond are counted together, as others()

  void start(const QueryField& field);
  /// An event that has several values (two environments, say) counts once for each.
  void take(const Event& event, const NamesNow& names);
  [[nodiscard]] const QueryField& field() const { return field_; }
  /// The most frequent first; equal ones in the order of their first event.
  [[nodiscard]] const std::vector<CountRow>& rows() const;
  [[nodiscard]] std::uint64_t events() const { return events_; }  ///< taken
  [[nodiscard]] std::uint64_t with() const { return with_; }      ///< of these, have the field
  [[nodiscard]] std::uint64_t others() const { return others_; }

 private:
  QueryField field_{};
  std::uint64_t events_ = 0, with_ = 0, others_ = 0;
  std::unordered_map<std::uint64_t, std::size_t> by_number_;  ///< kind and number: place in found_
  std::map<std::string, std::size_t, std::less<>> by_name_;   ///< environments, which change their numbers
  std::vector<CountRow> found_;
  mutable std::vector<CountRow> sorted_;
  mutable std::uint64_t sorted_at_ = 0;
};

}  // namespace exo::model
