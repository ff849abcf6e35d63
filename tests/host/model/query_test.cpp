// What the panels ask of a trace: filters, chains of events, totals; and the state as text.
#include "explorer/model/explain.hpp"
#include "explorer/model/filter.hpp"
#include "explorer/model/words.hpp"
#include "tests/host/model/support.hpp"

namespace exo::test {
namespace {

using abi::Event;
using model::Look;

class Queries : public ::testing::Test {
 protected:
  void SetUp() override {
    kernel_.boot();
    while (kernel_.trace.size() < 5'000) kernel_.random_move();
    history_.append(kernel_.trace);
  }
  MiniKernel kernel_{17};
  model::History history_;
};

TEST_F(Queries, FilterFindsExactlyWhatMatches) {
  const model::EventFilter filters[] = {
      {},
      {.text = "TOOK frame", .categories = ~0u, .env = {}, .id = {}},
      {.text = "", .categories = 1u << unsigned(model::Category::binding), .env = {}, .id = {}},
      {.text = "", .categories = ~0u, .env = 2, .id = {}},
      {.text = "revoke", .categories = ~0u, .env = 1, .id = {}},
      {.text = "", .categories = ~0u, .env = {}, .id = Event::FrameFreed},
      {.text = "no such words", .categories = ~0u, .env = {}, .id = {}},
  };
  for (const auto& filter : filters) {
    model::FilterIndex index;
    index.set(filter);
    int calls = 0;
    while (!index.scan(history_, 100)) ++calls;
    if (!filter.text.empty()) {
      EXPECT_GT(calls, 3) << "it must work a little at a time";
    }
    std::vector<model::EventNumber> expected;
    for (model::EventNumber n = 1; n <= history_.size(); ++n)
      if (model::matches(filter, history_.event(n), history_.newest())) expected.push_back(n);
    ASSERT_EQ(index.size(), expected.size()) << filter.text;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      ASSERT_EQ(index.at(i), expected[i]);
      ASSERT_EQ(index.row_of_event(expected[i]), i);
    }
    EXPECT_EQ(index.row_of_event(history_.size() + 1), index.size());
    EXPECT_EQ(index.size() == 0, filter.text == "no such words");
  }
}

TEST_F(Queries, FilterFollowsTheTraceAndItsRestart) {
  model::FilterIndex index;
  index.set({.text = "took", .categories = ~0u, .env = {}, .id = {}});
  while (!index.scan(history_, 1000)) {
  }
  const std::size_t before = index.size();
  const auto from = kernel_.trace.size();
  while (kernel_.trace.size() < 6'000) kernel_.random_move();
  history_.append(std::span(kernel_.trace).subspan(from));
  while (!index.scan(history_, 1000)) {
  }
  EXPECT_GT(index.size(), before);
  model::History fresh;
  EXPECT_TRUE(index.scan(fresh, 1000));
  EXPECT_EQ(index.size(), 0u);
}

TEST(Why, FrameTellsItsChainNewestFirst) {
  MiniKernel kernel;
  kernel.boot();
  const auto env = kernel.create("polite"), other = kernel.create("other");
  const auto frame = kernel.allocate(env);
  kernel.bind(env, 0x410, frame, true);
  kernel.touch(env, 0x410);
  for (int i = 0; i < 1'000; ++i) kernel.note(other, abi::Note::Round);
  kernel.transfer(frame, other);
  model::History history;
  history.append(kernel.trace);
  const auto found = model::why(history, {Look::Object::Frame, frame}, history.size());
  EXPECT_TRUE(found.complete);
  std::vector<std::string> names;
  for (const auto number : found.events) names.emplace_back(model::event_name(history.event(number).id));
  EXPECT_EQ(names,
            (std::vector<std::string>{"FrameTransferred", "Unbound", "Bound", "CapabilityChecked", "FrameAllocated"}));
  EXPECT_EQ(model::why(history, {Look::Object::Frame, frame}, history.size(), 2).events.size(), 2u);
  EXPECT_FALSE(model::why(history, {Look::Object::Frame, frame}, history.size(), 2).complete);
  EXPECT_FALSE(model::why(history, {Look::Object::Frame, frame}, history.size(), 16, 100).complete);
  const auto earlier = model::why(history, {Look::Object::Frame, frame}, found.events[2]);
  EXPECT_EQ(earlier.events.front(), found.events[2]);
}

TEST(Why, EveryKindOfThingHasAChain) {
  MiniKernel kernel;
  kernel.boot();
  const auto env = kernel.create("stubborn");
  const auto frame = kernel.allocate(env);
  kernel.bind(env, 0x410, frame, true);
  kernel.touch(env, 0x410);
  kernel.switch_to(env);
  kernel.abort(kernel.revoke(env, frame, 0, 50));
  model::History history;
  history.append(kernel.trace);
  const auto names = [&](Look::Object kind, std::uint32_t number) {
    std::string text;
    for (const auto event : model::why(history, {kind, number}, history.size(), 100).events)
      text += std::string(model::event_name(history.event(event).id)) + " ";
    return text;
  };
  EXPECT_EQ(names(Look::Object::Request, 1),
            "RevokeNotified Repossessed RevokeAborted RevokeDemanded RevokeRequested ");
  EXPECT_EQ(names(Look::Object::StlbSlot, abi::stlb_slot(0x410, env)), "Unbound Bound ");
  EXPECT_EQ(names(Look::Object::Slice, kernel.position), kernel.position == 0 ? "Switched SliceGranted " : "Switched ");
  EXPECT_NE(names(Look::Object::Environment, env).find("EnvCreated"), std::string::npos);
  std::string tlb;
  for (std::uint32_t i = 0; i < abi::kTlbEntries; ++i) tlb += names(Look::Object::TlbEntry, i);
  EXPECT_NE(tlb.find("TlbWritten TlbRefilled TlbWritten"), std::string::npos);
  EXPECT_EQ(names(Look::Object::None, 0), "");
}

TEST_F(Queries, StateTextIsCanonical) {
  const std::string text = model::state_text(history_.newest());
  EXPECT_EQ(text, model::state_text(*fold_from_scratch(history_, history_.size())));
  std::size_t last = 0;
  for (const char* section : {"[clock]\n", "[counters]\n", "[environments]\n", "[frames]\n", "[bindings]\n", "[tlb]\n",
                              "[slices]\n", "[requests]\n"}) {
    const std::size_t at = text.find(section);
    ASSERT_NE(at, std::string::npos) << section;
    EXPECT_GE(at, last);
    last = at;
  }
  EXPECT_EQ(text.back(), '\n');
  for (const char character : text) ASSERT_TRUE(character == '\n' || static_cast<unsigned char>(character) >= 0x20);
  EXPECT_NE(text, model::state_text(history_.state_at(history_.size() - 1)));
  // A single frame's generation makes a single line differ.
  auto other = std::make_unique<model::State>(history_.newest());
  other->frames[1234].generation += 1;
  const std::string changed = model::state_text(*other);
  EXPECT_NE(changed, text);
  EXPECT_NE(changed.find("frame 1234: "), std::string::npos);
}

TEST(StateText, PristineMachineIsShort) {
  const auto state = std::make_unique<model::State>();
  const std::string text = model::state_text(*state);
  EXPECT_LT(std::count(text.begin(), text.end(), '\n'), 40);
  EXPECT_NE(text.find("free-frames 4096"), std::string::npos);
}

}  // namespace
}  // namespace exo::test
