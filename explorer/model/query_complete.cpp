// The tokens of a query, and what may come next while it is typed.
#include <fmt/format.h>

#include <algorithm>

#include "explorer/model/query.hpp"
#include "explorer/model/query_tokens.hpp"

namespace exo::model {

namespace {

constexpr std::size_t kMostShown = 40;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_sign_character(char c) { return c == '=' || c == '!' || c == '<' || c == '>' || c == '(' || c == ')'; }

/// Whether `candidate` goes on as `typed` begins, in any case.
bool goes_on(std::string_view candidate, std::string_view typed) {
  return candidate.size() >= typed.size() &&
         std::ranges::equal(candidate.substr(0, typed.size()), typed, [](char a, char b) {
           const auto small = [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; };
           return small(a) == small(b);
         });
}

void add_values(const QueryField& field, const State& state, std::vector<Completion>& all) {
  if (field.thing == QueryThing::Event) {
    for (const auto& row : kEventTable)
      if (row.known()) all.push_back({std::string(row.name), std::string(row.category_name)});
    return;
  }
  if (field.thing == QueryThing::Category) {
    for (std::size_t i = 0; i < kCategories; ++i) all.push_back({std::string(category_name(Category(i))), ""});
    return;
  }
  const NamesNow names(state);
  for (const FieldKind kind : kinds_of(field)) {
    if (kind == FieldKind::Env)
      for (std::uint32_t env = 0; env < abi::kMaxEnvironments; ++env)
        if (env == 0 || state.envs[env].name[0] != '\0')
          all.push_back({names.text(env), fmt::format("environment {}", env)});
    for (const auto& word : plain_words_of(kind))
      all.push_back({word.find(' ') == std::string::npos ? word : '"' + word + '"', ""});
  }
}

}  // namespace

std::vector<QueryToken> query_tokens(std::string_view text) {
  std::vector<QueryToken> tokens;
  using Kind = QueryToken::Kind;
  std::size_t at = 0;
  while (at < text.size()) {
    if (is_space(text[at])) {
      ++at;
      continue;
    }
    const std::size_t from = at;
    if (text[at] == '"') {
      const std::size_t close = std::min(text.find('"', at + 1), text.size());
      at = std::min(close + 1, text.size());
      tokens.push_back({Kind::Quoted, std::string(text.substr(from + 1, close - from - 1)), from, at - from});
    } else if (is_sign_character(text[at])) {
      const bool pair = at + 1 < text.size() && text[at + 1] == '=' && text[at] != '(' && text[at] != ')';
      at += pair ? 2 : 1;
      tokens.push_back({Kind::Sign, std::string(text.substr(from, at - from)), from, at - from});
    } else if (text.substr(at, 2) == "..") {
      at += 2;
      tokens.push_back({Kind::Sign, "..", from, 2});
    } else {
      while (at < text.size() && !is_space(text[at]) && !is_sign_character(text[at]) && text[at] != '"' &&
             text.substr(at, 2) != "..")
        ++at;
      tokens.push_back({Kind::Word, std::string(text.substr(from, at - from)), from, at - from});
    }
  }
  tokens.push_back({Kind::End, "", text.size(), 0});
  return tokens;
}

Completions complete(std::string_view text, const State& state) {
  using Kind = QueryToken::Kind;
  auto tokens = query_tokens(text);
  tokens.pop_back();
  Completions found;
  std::string typed;
  found.from = text.size();
  // The token that the text ends in is still being typed.
  if (!tokens.empty() && tokens.back().kind != Kind::Sign && tokens.back().at + tokens.back().length == text.size()) {
    const QueryToken& last = tokens.back();
    if (last.kind == Kind::Quoted && last.length > 1 && text.back() == '"') return found;  // closed
    typed = last.kind == Kind::Quoted ? '"' + last.text : last.text;
    found.from = last.at;
    tokens.pop_back();
  }
  const auto back = [&](std::size_t n) -> const QueryToken* {
    return n <= tokens.size() ? &tokens[tokens.size() - n] : nullptr;
  };
  const auto is = [&](std::size_t n, std::string_view word) { return back(n) != nullptr && back(n)->text == word; };
  std::vector<Completion> all;
  const bool compared = back(1) != nullptr && back(1)->kind == Kind::Sign && back(1)->text != "(" &&
                        back(1)->text != ")" && back(1)->text != "..";
  if (compared) {
    if (const auto field = back(2) != nullptr ? query_field(back(2)->text) : std::nullopt)
      add_values(*field, state, all);
  } else if (is(1, "by") && is(2, "count")) {
    for (const auto& field : query_fields())
      if (field.name != "number" && field.name != "time") all.push_back({field.name, field.text});
  } else if (is(1, "in") || is(1, "..")) {
    return found;  // a number
  } else {
    for (const auto& field : query_fields()) all.push_back({field.name, field.text});
    const bool after = !tokens.empty() && !is(1, "and") && !is(1, "or") && !is(1, "not") && !is(1, "(");
    if (after) {
      all.push_back({"and", "both conditions hold"});
      all.push_back({"or", "one of the conditions holds"});
    } else {
      all.push_back({"not", "the next condition does not hold"});
    }
    all.push_back({"count by", "a table of how often each value occurs"});
  }
  for (auto& one : all)
    if (goes_on(one.text, typed) && one.text != typed && found.all.size() < kMostShown)
      found.all.push_back(std::move(one));
  return found;
}

}  // namespace exo::model
