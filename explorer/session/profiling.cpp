#include "explorer/session/profiling.hpp"

#include <fmt/format.h>

#include "explorer/common/error.hpp"
#include "explorer/export/output.hpp"
#include "explorer/session/profile_text.hpp"

namespace exo::session {

void Profiling::apply(const model::ProfileStretch& stretch) {
  words_.clear();
  run_.reset();
  view_.counting = false;
  view_.from = stretch.from;
  view_.to = stretch.to;
  view_.problem.clear();
  try {
    run_ = std::make_unique<ProfileRun>(rerun_, history_, stretch.from, stretch.to);
  } catch (const std::exception& error) {
    view_.problem = error.what();
    throw;
  }
  view_.counting = true;
  view_.share = 0;
}

void Profiling::apply(const model::ProfileStop&) {
  words_ = run_ ? "counted no further" : "";
  run_.reset();
  view_.counting = false;
}

void Profiling::apply(const model::SaveProfile& to) {
  if (!view_.profile) throw InputError("there is no profile yet: count a stretch in the Profile panel first");
  exporting::Output out(to.path);
  if (to.kind == model::SaveProfile::Kind::Folded)
    put_folded(*view_.profile, out);
  else
    put_json(*view_.profile, out);
  out.finish();
  words_ = fmt::format("saved the profile to {}", to.path);
}

void Profiling::pump(std::chrono::microseconds budget) {
  if (!run_) return;
  try {
    const bool done = run_->pump(budget);
    view_.share = run_->share();
    if (!done) return;
    view_.profile = std::make_shared<const debugger::Profile>(run_->take());
  } catch (const std::exception& error) {
    view_.problem = error.what();
  }
  run_.reset();
  view_.counting = false;
}

}  // namespace exo::session
