// Lines followed through edits, and what a compiler's and a linker's lines say.
#include <gtest/gtest.h>

#include "explorer/session/build_job.hpp"
#include "explorer/session/line_map.hpp"

namespace exo::session {
namespace {

using Lines = std::vector<std::string>;

TEST(LineMap, FollowsLinesThroughEdits) {
  const Lines before{"a", "b", "c", "d", "e"};
  EXPECT_EQ(LineMap(before, before).now(3), 3u);
  const LineMap inserted(before, {"new", "a", "b", "c", "newer", "d", "e"});
  EXPECT_EQ(inserted.now(1), 2u);
  EXPECT_EQ(inserted.now(3), 4u);
  EXPECT_EQ(inserted.now(4), 6u);
  const LineMap changed(before, {"a", "b", "other", "d", "e"});
  EXPECT_EQ(changed.now(3), 3u);
  const LineMap both(before, {"0", "a", "b", "other", "d", "between", "e"});
  EXPECT_EQ(both.now(3), 4u);
  EXPECT_EQ(both.now(5), 7u);
  const LineMap removed(before, {"a", "d", "e"});
  EXPECT_EQ(removed.now(2), 2u);  // what stands there now
  EXPECT_EQ(removed.now(3), 2u);
  EXPECT_EQ(removed.now(4), 2u);
  EXPECT_EQ(removed.now(5), 3u);
}

TEST(LineMap, HasAnAnswerForEverything) {
  EXPECT_EQ(LineMap({}, {}).now(7), 1u);
  EXPECT_EQ(LineMap({"a", "b"}, {}).now(2), 1u);
  EXPECT_EQ(LineMap({}, {"a"}).now(0), 0u);
  EXPECT_EQ(LineMap({"a"}, {"b", "c"}).now(1), 1u);
  EXPECT_EQ(LineMap({"a", "b", "c"}, {"x"}).now(3), 1u);
}

TEST(Complaints, OfTheCompilerAndTheLinker) {
  const auto error =
      complaint_in("/tree/libos/mine/main.cpp:14:9: error: no member named 'chose' in 'Heap'", "", "/tree");
  EXPECT_EQ(error.file, "libos/mine/main.cpp");
  EXPECT_EQ(error.line, 14u);
  EXPECT_EQ(error.column, 9u);
  EXPECT_TRUE(error.error);
  EXPECT_EQ(error.text, "no member named 'chose' in 'Heap'");
  EXPECT_FALSE(complaint_in("/tree/a.cpp:1:2: warning: odd", "", "/tree").error);
  EXPECT_EQ(complaint_in("/tree/a.cpp:3:10: fatal error: 'no.hpp' file not found", "", "/tree").line, 3u);
  const auto link = complaint_in(">>> referenced by main.cpp:37 (libos/mine/main.cpp:37)",
                                 "ld.lld: error: undefined symbol: nobody()", "/tree");
  EXPECT_EQ(link.file, "libos/mine/main.cpp");
  EXPECT_EQ(link.line, 37u);
  EXPECT_EQ(link.text, "undefined symbol: nobody()");
  for (const char* other :
       {"[1/2] Guest libos/mine/main.cpp", "FAILED: guest/objects/x.o", "", ": error: ", "a: error: b", "x:y: error: z",
        ">>> referenced by main.cpp:37", "1 error generated.", "/t/a.cpp:: error: b"})
    EXPECT_TRUE(complaint_in(other, "", "/tree").text.empty()) << other;
}

}  // namespace
}  // namespace exo::session
