// The guest's programs being built in the folder that they came from: Ninja in a process of its own, its progress, and
// what the compiler says about lines.
#pragma once
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "explorer/connection/child_process.hpp"
#include "explorer/model/rebuild.hpp"

namespace exo::session {

/// The build that guest programs come from.
struct BuildFolder {
  std::filesystem::path folder, source;
  std::string ninja;  ///< the program
};
/// Of the folder with the guest's images. Throws InputError: in one line why nothing can be built there.
[[nodiscard]] BuildFolder build_folder_of(const std::filesystem::path& guest);

/// What a line of a build's output says; `text` empty: nothing about the program. `before`: the line before that began
/// a complaint of the linker.
[[nodiscard]] model::BuildComplaint complaint_in(std::string_view line, std::string_view before,
                                                 const std::filesystem::path& source);

class BuildJob {
 public:
  /// Begins. `programs`: what is to be built, beside the kernel. Throws InputError.
  BuildJob(BuildFolder folder, const std::vector<std::string>& programs);

  enum class Is { Waiting, Building, Built, Failed };
  /// Works for at most `budget`, and tells `view` what is new.
  Is pump(std::chrono::microseconds budget, model::Rebuilding& view);
  void cancel();
  [[nodiscard]] const BuildFolder& folder() const { return folder_; }

 private:
  BuildFolder folder_;
  std::vector<std::string> words_;
  connection::BuildLock lock_;
  std::unique_ptr<connection::ChildProcess> process_;  ///< ends before the lock is given back
  std::string rest_;                                   ///< of a line that is not yet complete
  std::string linker_;                                 ///< the linker's complaint that lines are to come for

  void take_line(std::string_view line, model::Rebuilding& view);
};

}  // namespace exo::session
