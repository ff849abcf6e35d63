// Where a run's instructions went, every one of them: by call stack and by line. Plain data, made once for a stretch.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "explorer/debugger/target.hpp"

namespace exo::debugger {

/// A place in the tree of calls: all stacks that look the same from the bottom up to it.
struct ProfileFrame {
  enum class Kind : std::uint8_t {
    All,    ///< the whole stretch
    Owner,  ///< who had the processor; kKernel: nobody
    Function,
    Boundary,  ///< no call: the way into the kernel, or into a program from outside
  } kind = Kind::Function;
  std::string name;
  Environment env = kKernel;  ///< who had the processor
  bool in_kernel = false;     ///< the kernel's code, on its behalf
  bool inlined = false;       ///< into the frame around it
  bool shortened = false;     ///< calls within are missing: there was no room for them
  std::string file;           ///< where the function begins, if that is known
  std::uint32_t line = 0;
  std::uint32_t parent = 0;  ///< place in Profile::frames; of the first: itself
  std::uint32_t end = 0;     ///< behind the last frame within
  std::uint32_t depth = 0;
  std::uint64_t self = 0, total = 0;  ///< instructions of its own; with all within
};

/// Instructions of one source line, executed for one environment.
struct ProfileRow {
  Environment env = kKernel;  ///< who had the processor; kKernel: nobody
  bool in_kernel = false;     ///< the kernel's code, on its behalf
  std::string program;
  /// The function, then what was put in line within it; the last one has the line. "0x80100000": nobody knows.
  std::vector<std::string> functions;
  std::string file;
  std::uint32_t line = 0;
  std::uint64_t instructions = 0;
};

struct Profile {
  std::uint64_t from = 0, to = 0;  ///< events: after the first, up to the second
  std::uint64_t instructions = 0;
  std::uint64_t unaccounted = 0;     ///< of them in no frame and no row: there was no room
  std::uint64_t shortened = 0;       ///< in frames that lack calls
  std::vector<ProfileFrame> frames;  ///< each followed by what is within, the largest first
  std::vector<ProfileRow> rows;      ///< by environment, program, functions and line
};

/// What is known of a profile that was asked for.
struct ProfileView {
  std::uint64_t from = 0, to = 0;
  bool counting = false;
  double share = 0;                        ///< of the work that is done
  std::string problem;                     ///< why there is none
  std::shared_ptr<const Profile> profile;  ///< the last one that is ready; may be of another stretch
};

}  // namespace exo::debugger
