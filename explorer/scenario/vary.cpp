#include "explorer/scenario/vary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <numeric>
#include <optional>

#include "explorer/scenario/event_words.hpp"

namespace exo::scenario {
namespace {

constexpr std::int64_t kLargest = 0xffff'ffff;                ///< what a parameter can hold
constexpr std::uint64_t kMostValues = 100'000;                ///< of one name
constexpr std::uint64_t kMostVariations = 1'000'000'000'000;  ///< times a seed still fits 64 bits

/// One name and what it may become.
struct Row {
  std::string name;
  std::vector<std::string> words;  ///< a list; empty: a range
  std::int64_t from = 0, step = 1;
  std::uint64_t count = 0, written = 0;  ///< values, and which of them seed 0 takes

  [[nodiscard]] std::string value(std::uint64_t index) const {
    return words.empty() ? std::to_string(from + std::int64_t(index) * step) : words[index];
  }
};

bool small_letter(char c) { return c >= 'a' && c <= 'z'; }
bool of_name(char c) { return small_letter(c) || (c >= '0' && c <= '9') || c == '_'; }
bool is_name(std::string_view name) {
  return !name.empty() && small_letter(name[0]) && std::ranges::all_of(name, of_name);
}

/// Words stand between quotes and in expressions, so they are made of nothing that could mean something there.
bool plain(std::string_view word) {
  return !word.empty() && word.size() <= 40 &&
         std::ranges::all_of(word, [](char c) { return of_name(c) || (c >= 'A' && c <= 'Z') || c == ' ' || c == '-'; });
}

Row list_row(Table& vary, const std::string& name, const toml::array& list) {
  Row row;
  row.name = name;
  for (const auto& item : list) {
    if (const auto number = item.value_exact<std::int64_t>(); number && *number >= 0 && *number <= kLargest)
      row.words.push_back(std::to_string(*number));
    else if (const auto word = item.value_exact<std::string>(); word && plain(*word))
      row.words.push_back(*word);
    else
      vary.refuse_at(name, fmt::format("value {} of '{}' can't stand in a lesson", row.words.size() + 1, name),
                     "write whole numbers from 0 to 4294967295, or words of letters, digits, _ and -");
    if (std::ranges::count(row.words, row.words.back()) > 1)
      vary.refuse_at(name, fmt::format("'{}' lists {} twice", name, row.words.back()), "name each value once");
  }
  if (row.words.size() < 2)
    vary.refuse_at(name, fmt::format("'{}' can't vary: it has {} values", name, row.words.size()),
                   "list at least two, the lesson's own first");
  row.count = row.words.size();
  return row;
}

Row range_row(Table& table, const Table& vary, const std::string& name) {
  Row row;
  row.name = name;
  row.from = table.number("from", 0, kLargest);
  const std::int64_t to = table.number("to", 0, kLargest);
  row.step = table.number_or("step", 1, kLargest, 1);
  if (to < row.from + row.step)
    vary.refuse_at(name, fmt::format("'{}' can't vary from {} to {} in steps of {}", name, row.from, to, row.step),
                   "let 'to' be at least one step above 'from'");
  row.count = std::uint64_t((to - row.from) / row.step) + 1;
  if (row.count > kMostValues)
    vary.refuse_at(name, fmt::format("'{}' has {} values", name, row.count),
                   fmt::format("{} are enough: narrow the range or take a larger step", kMostValues));
  const std::int64_t written = table.number_or("default", row.from, to, row.from);
  if ((written - row.from) % row.step != 0)
    table.refuse_at("default", fmt::format("{} is none of the values of '{}'", written, name),
                    fmt::format("choose {} and a multiple of {}", row.from, row.step));
  row.written = std::uint64_t((written - row.from) / row.step);
  table.finish();
  return row;
}

/// "first + 2 * gap": whole numbers and names of other rows, + - *, from left to right with * first.
class Sum {
 public:
  Sum(std::string_view text, const std::vector<std::pair<std::string, std::string>>& values)
      : text_(text), values_(values) {}

  std::optional<std::int64_t> value() {
    auto total = product();
    while (total && more()) {
      const char sign = text_[at_++];
      if (sign != '+' && sign != '-') return {};
      const auto next = product();
      if (!next) return {};
      total = sign == '+' ? *total + *next : *total - *next;
    }
    return total && *total >= 0 && *total <= kLargest ? total : std::nullopt;
  }

 private:
  std::string_view text_;
  const std::vector<std::pair<std::string, std::string>>& values_;
  std::size_t at_ = 0;

  bool more() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    return at_ < text_.size();
  }
  std::optional<std::int64_t> product() {
    auto total = single();
    while (total && more() && text_[at_] == '*') {
      ++at_;
      const auto next = single();
      if (!next || *next > kLargest || *total > kLargest) return {};
      total = *total * *next;
    }
    return total;
  }
  std::optional<std::int64_t> single() {
    if (!more()) return {};
    if (text_[at_] == '$') ++at_;
    const std::size_t start = at_;
    while (at_ < text_.size() && of_name(text_[at_])) ++at_;
    std::string word(text_.substr(start, at_ - start));
    const auto row = std::ranges::find(values_, word, [](const auto& value) { return value.first; });
    if (row != values_.end()) word = row->second;
    std::int64_t number = 0;
    const auto end = std::from_chars(word.data(), word.data() + word.size(), number);
    if (word.empty() || end.ec != std::errc() || end.ptr != word.data() + word.size() || number > kLargest) return {};
    return number;
  }
};

/// Steps of the walk: near the golden section of N, so that neighbours get values that are far apart.
std::uint64_t stride_of(std::uint64_t count) {
  if (count <= 2) return 1;
  auto stride = std::uint64_t(double(count) * 0.6180339887);
  while (std::gcd(stride, count) != 1) ++stride;
  return stride;
}

}  // namespace

Variation choose(Table& vary, std::uint32_t seed) {
  Variation chosen{.seed = seed, .count = 1, .values = {}};
  std::vector<Row> rows;
  std::vector<std::pair<std::string, std::string>> sums;  // { is = "..." }, after the others
  std::uint64_t index = 0;
  for (const auto& name : vary.keys()) {
    if (!is_name(name))
      vary.refuse_at(name, fmt::format("'{}' can't be a name", name),
                     "use a small letter, then small letters, digits or _");
    const auto* node = vary.node(name);
    if (node->is_array()) {
      rows.push_back(list_row(vary, name, *node->as_array()));
    } else if (node->is_table()) {
      Table table = *vary.table(name);
      if (table.has("is")) {
        sums.emplace_back(name, table.text("is"));
        table.finish();
        continue;
      }
      rows.push_back(range_row(table, vary, name));
    } else {
      vary.refuse_at(name, fmt::format("'{}' does not say how it varies", name),
                     "write { from = 3, to = 12 }, a list of values, or { is = \"other + 1\" }");
    }
    index += rows.back().written * chosen.count;
    chosen.count *= rows.back().count;
    if (chosen.count > kMostVariations)
      vary.refuse_at(name, "there are more variations than seeds can name", "narrow a range");
  }
  if (rows.empty()) refuse(vary.file(), vary.line(), "nothing varies", "name at least one number, or drop [vary]");
  index = (index + std::uint64_t(seed) % chosen.count * stride_of(chosen.count)) % chosen.count;
  for (const Row& row : rows) {
    chosen.values.emplace_back(row.name, row.value(index % row.count));
    index /= row.count;
  }
  const auto independent = chosen.values;
  for (const auto& [name, sum] : sums) {
    const auto value = Sum(sum, independent).value();
    if (!value)
      vary.refuse_at(name, fmt::format("'{}' is no number: is = \"{}\"", name, sum),
                     "add, subtract or multiply whole numbers and names that vary; the result must be 0 or more");
    chosen.values.emplace_back(name, std::to_string(*value));
  }
  std::ranges::sort(chosen.values);
  return chosen;
}

namespace {

/// Walks over the strings of a file, and leaves everything else as it is.
class Writer {
 public:
  Writer(std::string_view text, std::string_view file, const Variation& variation)
      : text_(text), file_(file), variation_(variation) {}

  std::string all() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '#')
        copy(std::min(text_.find('\n', at_), text_.size()) - at_);
      else if (c == '"' || c == '\'')
        string(c);
      else
        copy(1);
    }
    return std::move(out_);
  }

 private:
  std::string_view text_, file_;
  const Variation& variation_;
  std::string out_;
  std::size_t at_ = 0;
  int line_ = 1;

  void copy(std::size_t count) {
    for (const char c : text_.substr(at_, count)) line_ += c == '\n' ? 1 : 0;
    out_ += text_.substr(at_, count);
    at_ += count;
  }

  void string(char quote) {
    const std::string three(3, quote);
    const std::string_view mark = text_.substr(at_).starts_with(three) ? text_.substr(at_, 3) : text_.substr(at_, 1);
    if (mark.size() == 1 && whole(quote)) return;
    copy(mark.size());
    while (at_ < text_.size() && !text_.substr(at_).starts_with(mark)) {
      if (text_[at_] == '\\' && quote == '"')
        copy(2);
      else if (const auto name = name_here())
        out_ += value(*name);
      else
        copy(1);
    }
    copy(std::min(mark.size(), text_.size() - at_));
  }

  /// "$page", and nothing else between the quotes: the number itself.
  bool whole(char quote) {
    const std::size_t start = at_++;
    if (const auto name = name_here(); name && at_ < text_.size() && text_[at_] == quote) {
      ++at_;
      const std::string& word = value(*name);
      const bool number = word.find_first_not_of("0123456789") == std::string::npos;
      out_ += number ? word : quote + word + quote;
      return true;
    }
    at_ = start;
    return false;
  }

  /// Steps over $name or {vary.name}.
  std::optional<std::string_view> name_here() {
    const std::string_view rest = text_.substr(at_);
    const bool braced = rest.starts_with("{vary.");
    if (!braced && !(rest.size() > 1 && rest[0] == '$' && small_letter(rest[1]))) return {};
    std::string_view name = rest.substr(braced ? 6 : 1);
    name = name.substr(0, std::size_t(std::ranges::find_if_not(name, of_name) - name.begin()));
    if (braced && !rest.substr(6 + name.size()).starts_with('}'))
      refuse(file_, line_, "{vary. is not closed", "write {vary.name}; to compute, write {$name + 1}");
    at_ += name.size() + (braced ? 7 : 1);
    return name;
  }

  const std::string& value(std::string_view name) {
    const auto found = std::ranges::find(variation_.values, name, [](const auto& row) { return row.first; });
    if (found != variation_.values.end()) return found->second;
    std::vector<std::string> known;
    std::string list;
    for (const auto& [row, value] : variation_.values) {
      known.push_back(row);
      list += fmt::format("{}{}", list.empty() ? "" : ", ", row);
    }
    refuse(file_, line_, fmt::format("nothing varies by the name '{}'{}", name, did_you_mean(name, known)),
           list.empty() ? "add [vary] with it" : "[vary] has " + list);
  }
};

}  // namespace

std::string with_values(std::string_view text, std::string_view file, const Variation& variation) {
  return Writer(text, file, variation).all();
}

}  // namespace exo::scenario
