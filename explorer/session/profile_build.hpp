// From the probe's addresses to a profile in the words of the sources. In turns, because it may take a while.
#pragma once
#include <chrono>
#include <map>
#include <unordered_map>
#include <vector>

#include "explorer/connection/probe_tree.hpp"
#include "explorer/debugger/profile.hpp"
#include "explorer/session/debug_programs.hpp"
#include "explorer/session/rerun.hpp"

namespace exo::session {

class ProfileBuild {
 public:
  /// `tree` and `rerun` are there until it is done. The tree is QEMU's: nothing in it is believed.
  ProfileBuild(const connection::ProbeTree& tree, const Rerun& rerun, model::EventNumber from, model::EventNumber to);

  /// True: it is done, take() it.
  [[nodiscard]] bool pump(std::chrono::microseconds budget);
  [[nodiscard]] double share() const;
  [[nodiscard]] debugger::Profile take() { return std::move(profile_); }

 private:
  using Place = std::uint32_t;  ///< in frames_
  struct Name {
    std::string function;
    bool inlined = false;
  };
  /// What an address is, in words.
  struct Where {
    std::vector<std::uint32_t> names;  ///< outermost first
    std::string file;
    std::uint32_t line = 0;
  };
  struct Edge {
    Place parent;
    std::uint32_t name;
    debugger::ProfileFrame::Kind kind;
    friend auto operator<=>(const Edge&, const Edge&) = default;
  };
  struct RowKey {
    debugger::Environment env;
    bool in_kernel;
    const Where* where;
    friend auto operator<=>(const RowKey&, const RowKey&) = default;
  };

  const connection::ProbeTree& tree_;
  const Rerun& rerun_;
  DebugPrograms programs_;
  std::uint32_t next_ = 0, pieces_ = 0;
  std::vector<debugger::ProfileFrame> frames_;
  std::map<Edge, Place> edges_;
  std::vector<Place> of_node_;  ///< kNoPlace: not looked at yet
  std::vector<Name> names_;
  std::map<std::pair<std::string, bool>, std::uint32_t, std::less<>> numbers_;  ///< of names
  std::map<std::pair<debugger::Symbols*, std::uint32_t>, Where> where_;
  std::map<RowKey, std::uint64_t> rows_;
  debugger::Profile profile_;

  void add(const connection::ProbePiece& piece);
  [[nodiscard]] Place frame_of(std::uint32_t node);
  [[nodiscard]] Place grow(Place from, const connection::ProbeNode& node);
  [[nodiscard]] Place child(Place parent, std::uint32_t name, debugger::ProfileFrame::Kind kind, bool in_kernel);
  [[nodiscard]] Place inside(Place from, const Where& where, bool in_kernel);
  [[nodiscard]] std::uint32_t number_of(std::string name, bool inlined);
  [[nodiscard]] const Where& where(debugger::Environment env, std::uint32_t address);
  void finish();
};

}  // namespace exo::session
