// The words and signs of a query, with their places.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace exo::model {

struct QueryToken {
  enum class Kind : std::uint8_t { Word, Quoted, Sign, End } kind = Kind::End;
  std::string text;  ///< of Quoted: what is within the quotes
  std::size_t at = 0, length = 0;
};

/// Ends with an End. An open quote reaches to the end of the text: it is being typed.
[[nodiscard]] std::vector<QueryToken> query_tokens(std::string_view text);

}  // namespace exo::model
