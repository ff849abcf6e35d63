// What was done live becomes a scenario: the recorded scenario's own text, and an [[inject]] for every command that the
// host gave beside it, at the guest time of the tick at which the kernel took it.
//
// Commands that the scenario gives itself are known from its text and its story; what is left over was done by hand.
#pragma once
#include <string>
#include <vector>

#include "explorer/connection/recording.hpp"
#include "explorer/model/history.hpp"

namespace exo::session {

struct ScenarioCopy {
  std::string text;                ///< the file
  std::string added;               ///< what of it the scenario did not have: the injections
  std::uint32_t end_us = 0;        ///< another end, because the session went on after the scenario's; 0: its own
  std::size_t injections = 0;      ///< done by hand
  std::vector<std::string> notes;  ///< in which the replay may differ, one line each; empty: the same bit for bit
};

/// The text with another end_us, in place.
[[nodiscard]] std::string with_end(const std::string& text, std::uint32_t end_us);

/// Throws InputError when the recording's scenario can't be read.
[[nodiscard]] ScenarioCopy copy_scenario(const connection::RecordingHeader& header, const model::History& history);

/// Writes it, and the files that it names beside it unless they are there. Throws InputError.
void write_scenario(const ScenarioCopy& copy, const connection::RecordingHeader& header, const std::string& path);

/// Both, of a recording; `path` "-" is standard output.
ScenarioCopy copy_scenario(const std::string& recording, const std::string& path);

}  // namespace exo::session
