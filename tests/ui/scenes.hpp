// Scenes for tests of the panels, written by the tests' small kernel: never shown to anyone.
#pragma once
#include "explorer/model/history.hpp"
#include "tests/host/model/mini_kernel.hpp"

namespace exo::test {

/// Four library OSes as in a lesson: polite has returned a frame, and stubborn is in the middle of a demand.
struct Lesson {
  MiniKernel kernel;
  std::uint32_t polite = 0, stubborn = 0;
  std::uint32_t returned = 0, demanded = 0;  ///< frames
  std::uint32_t first = 0, second = 0;       ///< requests
  Lesson();
};

/// Every environment exists, every frame is owned, thirty requests are under way and some are over.
///
/// The machine has 64 numbers of environments, of which 0 is the kernel: so these are the kernel and 63 library OSes,
/// and no run can have more.
struct Crowd {
  static constexpr std::uint32_t kOver = 10, kUnderWay = 30;
  /// Of those under way: the first so many have a deadline that runs, those up to `kAsked` were asked.
  static constexpr std::uint32_t kDemanded = 14, kAsked = 24;
  MiniKernel kernel;
  Crowd();
};

/// The records made so far, into a history that has none of them yet.
void feed(const MiniKernel& kernel, model::History& history);

}  // namespace exo::test
