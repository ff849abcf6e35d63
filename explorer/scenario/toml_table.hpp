// A table of a scenario file, read strictly: every key that is not asked for is an error, every value has the wanted
// type and range, and every error names file, line, what is wrong and how to mend it.
#pragma once
#include <toml++/toml.h>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace exo::scenario {

/// Throws InputError "FILE:LINE: what; how".
[[noreturn]] void refuse(std::string_view file, int line, std::string_view what, std::string_view how);

class Table {
 public:
  /// `what` names the table in messages: "[[step]]".
  Table(const toml::table& table, std::string_view file, std::string what);

  [[nodiscard]] bool has(std::string_view key) const { return table_.contains(key); }
  [[nodiscard]] int line() const;
  [[nodiscard]] int line_of(std::string_view key) const;
  [[nodiscard]] const std::string& file() const { return file_; }
  [[nodiscard]] const std::string& what() const { return what_; }

  [[nodiscard]] std::string text(std::string_view key);  ///< must be there, and not empty
  [[nodiscard]] std::string text_or(std::string_view key, std::string_view otherwise);
  [[nodiscard]] std::int64_t number(std::string_view key, std::int64_t least, std::int64_t most);
  [[nodiscard]] std::int64_t number_or(std::string_view key, std::int64_t least, std::int64_t most,
                                       std::int64_t otherwise);
  [[nodiscard]] bool flag_or(std::string_view key, bool otherwise);
  [[nodiscard]] const toml::node* node(std::string_view key);  ///< any type; nullptr when absent
  [[nodiscard]] std::optional<Table> table(std::string_view key);
  [[nodiscard]] std::vector<Table> tables(std::string_view key);  ///< [[key]]; empty when absent
  [[nodiscard]] std::vector<std::string> keys() const;

  /// Refuses keys that were never asked for. Call when everything has been read.
  void finish() const;
  [[noreturn]] void refuse_at(std::string_view key, std::string_view what, std::string_view how) const;

 private:
  [[noreturn]] void refuse_missing(std::string_view key, std::string_view value) const;

  const toml::table& table_;
  std::string file_;
  std::string what_;
  std::set<std::string, std::less<>> asked_;
};

}  // namespace exo::scenario
