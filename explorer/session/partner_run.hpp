// The other run of a comparison: a recording, or a scenario that is run to its end in the background.
#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "explorer/model/partner.hpp"
#include "explorer/scenario/substitute.hpp"
#include "explorer/session/guest.hpp"
#include "explorer/session/session.hpp"

namespace exo::session {

/// What the run that it is compared with was made of.
struct Origin {
  std::string path;   ///< of its scenario, or of the recording
  std::string title;  ///< of its scenario
  bool recording = false;
  connection::RecordingHeader header;
};

class PartnerRun {
 public:
  /// `what`: a recording, a scenario file, a lesson beside the origin's; empty: the origin's own scenario, as its file
  /// is now. Never throws: what is wrong stands in view().problem.
  PartnerRun(const std::string& what, const std::vector<scenario::Substitution>& changes, const Origin& origin);
  ~PartnerRun();

  void pump(std::chrono::microseconds budget);
  [[nodiscard]] const model::Partner& view() const { return view_; }

 private:
  std::unique_ptr<Session> session_;
  model::Partner view_;
  model::Ticks end_ = 0;  ///< when its scenario ends

  void open(const std::string& what, const std::vector<scenario::Substitution>& changes, const Origin& origin);
};

[[nodiscard]] model::PartnerChoices partner_choices(const Origin& origin);

}  // namespace exo::session
