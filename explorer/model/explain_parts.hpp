// What the explanations of the several kinds of things share: the wants of the state, and words for spans, moments and
// who asked. Internal to explain*.cpp.
#pragma once
#include <string>
#include <vector>

#include "explorer/model/causes.hpp"
#include "explorer/model/words.hpp"

namespace exo::model::explaining {

using causes::Found;
using causes::Want;

/// What is explained, and out of what. `found` is empty while the wants are made.
struct Case {
  const State& state;
  const Found& found;
  std::uint32_t number = 0;
  [[nodiscard]] std::string name(std::uint32_t env) const { return env_name(state, env); }
  [[nodiscard]] std::string ago(Ticks then) const;          ///< "19 µs ago"
  [[nodiscard]] std::string ago(const Event* event) const;  ///< " 19 µs ago"; empty when the event was not found
};

[[nodiscard]] std::string span_text(Ticks ticks);    ///< "19 µs", "1.3 ms"
[[nodiscard]] std::string moment_text(Ticks ticks);  ///< "1 208 µs"

/// Who made a request and why, as a clause: "the request that arbiter made at 1 208 µs".
[[nodiscard]] std::string who_asked(const Case& one, const RequestState& request);
/// "because arbiter asked for it at 1 208 µs", with what made it ask when the chain holds that.
[[nodiscard]] std::string asked_because(const Case& one, const RequestState& request);
/// The pending request for a thing (a frame, an asked slice or download), or nullptr.
[[nodiscard]] const RequestState* request_for(const State& state, std::uint32_t asked);
/// How a request stands, as a sentence about `thing` ("Frame 5 is orange").
[[nodiscard]] std::string pending_sentence(const Case& one, const RequestState& request, const std::string& lead);
void want_request(const RequestState& request, std::vector<Want>& wants);

// One pair a kind: what the state wants explained, and the sentence.
void frame_wants(const Case& one, std::vector<Want>& wants);
[[nodiscard]] std::string frame_sentence(const Case& one);
void tlb_wants(const Case& one, std::vector<Want>& wants);
[[nodiscard]] std::string tlb_sentence(const Case& one);
void stlb_wants(const Case& one, std::vector<Want>& wants);
[[nodiscard]] std::string stlb_sentence(const Case& one);
void environment_wants(const Case& one, std::vector<Want>& wants);
[[nodiscard]] std::string environment_sentence(const Case& one);
void slice_wants(const Case& one, std::vector<Want>& wants);
[[nodiscard]] std::string slice_sentence(const Case& one);
void request_wants(const Case& one, std::vector<Want>& wants);
[[nodiscard]] std::string request_sentence(const Case& one);
void download_wants(const Case& one, std::vector<Want>& wants);
[[nodiscard]] std::string download_sentence(const Case& one);
void packet_wants(const Case& one, std::vector<Want>& wants);
[[nodiscard]] std::string packet_sentence(const Case& one);
void event_wants(const Event& event, std::vector<Want>& wants);
[[nodiscard]] std::string event_sentence(const Case& one, const Event& event);

}  // namespace exo::model::explaining
