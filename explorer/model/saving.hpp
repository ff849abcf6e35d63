// A file that is being written while the window goes on: how far it is.
#pragma once
#include <string>

namespace exo::model {

struct Saving {
  std::string path;
  double share = 0;  ///< of the events, 0 to 1
};

}  // namespace exo::model
