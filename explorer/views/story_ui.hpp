// What belongs to the user in the story: words being typed. Answers and what was revealed belong to the session.
#pragma once
#include <map>
#include <string>

namespace exo::views {

struct StoryUi {
  std::map<int, std::string> typed;  ///< answers being typed, by step
  std::string student;               ///< name on the exported score; may be empty
  int nudged = -1;                   ///< step whose question was passed over once: the next time the story goes on
};

}  // namespace exo::views
