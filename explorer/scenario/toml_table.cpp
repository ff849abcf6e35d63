#include "explorer/scenario/toml_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "explorer/common/error.hpp"
#include "explorer/scenario/event_words.hpp"

namespace exo::scenario {
namespace {

std::string_view type_name(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::string:
      return "a text";
    case toml::node_type::integer:
      return "a whole number";
    case toml::node_type::floating_point:
      return "a fraction";
    case toml::node_type::boolean:
      return "true or false";
    case toml::node_type::array:
      return "a list";
    case toml::node_type::table:
      return "a table";
    default:
      return "a date or time";
  }
}

}  // namespace

void refuse(std::string_view file, int line, std::string_view what, std::string_view how) {
  std::string one = fmt::format("{}:{}: {}; {}", file, line, what, how);
  for (char& c : one)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  throw InputError(one);
}

Table::Table(const toml::table& table, std::string_view file, std::string what)
    : table_(table), file_(file), what_(std::move(what)) {}

int Table::line() const { return int(std::max<unsigned>(1, table_.source().begin.line)); }

int Table::line_of(std::string_view key) const {
  const auto* found = table_.get(key);
  return found == nullptr || found->source().begin.line == 0 ? line() : int(found->source().begin.line);
}

void Table::refuse_at(std::string_view key, std::string_view what, std::string_view how) const {
  refuse(file_, line_of(key), what, how);
}

/// A key that is missing may be there, written wrongly.
void Table::refuse_missing(std::string_view key, std::string_view value) const {
  const std::vector<std::string> wanted = {std::string(key)};
  for (const auto& [name, node] : table_) {
    if (asked_.contains(name.str())) continue;
    if (const auto hint = did_you_mean(name.str(), wanted); !hint.empty())
      refuse(file_, int(name.source().begin.line), fmt::format("{} has no key '{}'{}", what_, name.str(), hint),
             fmt::format("write {}", key));
  }
  refuse(file_, line(), fmt::format("{} has no '{}'", what_, key), fmt::format("add {} = {}", key, value));
}

std::string Table::text(std::string_view key) {
  asked_.emplace(key);
  const auto* found = table_.get(key);
  if (found == nullptr) refuse_missing(key, "\"...\"");
  if (!found->is_string())
    refuse_at(key, fmt::format("'{}' is {}", key, type_name(*found)), fmt::format("write a text: {} = \"...\"", key));
  std::string value = **found->as_string();
  if (value.empty()) refuse_at(key, fmt::format("'{}' is empty", key), "write something or leave the line out");
  return value;
}

std::string Table::text_or(std::string_view key, std::string_view otherwise) {
  asked_.emplace(key);
  return has(key) ? text(key) : std::string(otherwise);
}

std::int64_t Table::number(std::string_view key, std::int64_t least, std::int64_t most) {
  asked_.emplace(key);
  const auto* found = table_.get(key);
  if (found == nullptr) refuse_missing(key, "a number");
  if (!found->is_integer())
    refuse_at(key, fmt::format("'{}' is {}", key, type_name(*found)),
              fmt::format("write a whole number from {} to {}", least, most));
  const std::int64_t value = **found->as_integer();
  if (value < least || value > most)
    refuse_at(key, fmt::format("{} = {} is out of range", key, value),
              fmt::format("write a whole number from {} to {}", least, most));
  return value;
}

std::int64_t Table::number_or(std::string_view key, std::int64_t least, std::int64_t most, std::int64_t otherwise) {
  asked_.emplace(key);
  return has(key) ? number(key, least, most) : otherwise;
}

bool Table::flag_or(std::string_view key, bool otherwise) {
  const auto* found = node(key);
  if (found == nullptr) return otherwise;
  if (!found->is_boolean())
    refuse_at(key, fmt::format("'{}' is {}", key, type_name(*found)), fmt::format("write {} = true or false", key));
  return **found->as_boolean();
}

const toml::node* Table::node(std::string_view key) {
  asked_.emplace(key);
  return table_.get(key);
}

std::optional<Table> Table::table(std::string_view key) {
  const auto* found = node(key);
  if (found == nullptr) return {};
  if (!found->is_table())
    refuse_at(key, fmt::format("'{}' is {}", key, type_name(*found)),
              fmt::format("write a table: {} = {{ ... }}", key));
  return Table(*found->as_table(), file_, fmt::format("'{}'", key));
}

std::vector<Table> Table::tables(std::string_view key) {
  const auto* found = node(key);
  if (found == nullptr) return {};
  const auto mend = fmt::format("write each one as a table under [[{}]]", key);
  if (!found->is_array()) refuse_at(key, fmt::format("'{}' is {}", key, type_name(*found)), mend);
  std::vector<Table> result;
  for (const auto& element : *found->as_array()) {
    if (!element.is_table()) refuse_at(key, fmt::format("'{}' holds {}", key, type_name(element)), mend);
    result.emplace_back(*element.as_table(), file_, fmt::format("[[{}]]", key));
  }
  return result;
}

std::vector<std::string> Table::keys() const {
  std::vector<std::string> result;
  for (const auto& [key, value] : table_) result.emplace_back(key.str());
  return result;
}

void Table::finish() const {
  const std::vector<std::string> known(asked_.begin(), asked_.end());
  for (const auto& [key, value] : table_) {
    if (asked_.contains(key.str())) continue;
    std::string list;
    for (const auto& name : known) list += fmt::format("{}{}", list.empty() ? "" : ", ", name);
    refuse(file_, int(key.source().begin.line),
           fmt::format("{} has no key '{}'{}", what_, key.str(), did_you_mean(key.str(), known)),
           fmt::format("keys are {}", list));
  }
}

}  // namespace exo::scenario
