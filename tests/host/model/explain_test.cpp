// "Why?": the sentence names the cause, and the chain leads back to it; nothing that lies after the moment is known.
#include "explorer/model/explain.hpp"

#include <gmock/gmock.h>

#include "explorer/model/object_words.hpp"
#include "explorer/model/programs.hpp"
#include "explorer/model/words.hpp"
#include "tests/host/model/support.hpp"

namespace exo::test {
namespace {

using abi::Event;
using model::Look;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::uint32_t micros(std::uint32_t us) { return abi::ticks_of_micros(us); }

class Explain : public ::testing::Test {
 protected:
  void SetUp() override {
    kernel.boot();
    arbiter = kernel.create("arbiter");
    stubborn = kernel.create("stubborn");
    frame = kernel.allocate(stubborn);
    kernel.emit(Event::CapabilityMinted, abi::resource_of(abi::ResourceKind::Frame, frame), abi::kFrameRights, 1,
                stubborn);
    kernel.switch_to(stubborn);
    kernel.bind(stubborn, 0x410, frame, true);
    kernel.touch(stubborn, 0x410);
    // What touches the same frame without being a cause must not crowd the chain.
    for (int i = 0; i < 100; ++i) kernel.note(arbiter, abi::Note::Round);
    kernel.emit(Event::ControlTaken, std::uint32_t(abi::ControlOp::Revoke) | stubborn << 16, frame, 60u << 16 | 50u);
    request = kernel.revoke(stubborn, frame, 60, 50);
    kernel.ask(request);
    asked = kernel.trace.size();
    kernel.wait(micros(30));
    kernel.note(stubborn, abi::Note::Ignored, frame);
    kernel.wait(micros(30));
    kernel.demand(request);
    kernel.wait(micros(19));
    kernel.note(arbiter, abi::Note::Round);
    demanded = kernel.trace.size();
    kernel.wait(micros(40));
    kernel.abort(request);
  }
  model::Because ask(Look::Object kind, std::uint32_t number, model::EventNumber at = 0) {
    if (history.size() != kernel.trace.size()) history.append(std::span(kernel.trace).subspan(history.size()));
    return model::explain(history, history.state_at(at == 0 ? history.size() : at), {kind, number});
  }
  std::vector<std::string> names(const model::Because& answer) {
    std::vector<std::string> out;
    for (const model::Link& link : answer.chain) out.emplace_back(model::event_name(history.event(link.event).id));
    return out;
  }

  MiniKernel kernel;
  model::History history;
  std::uint32_t arbiter = 0, stubborn = 0, frame = 0, request = 0;
  model::EventNumber asked = 0, demanded = 0;
};

TEST_F(Explain, AFrameUnderADeadline) {
  const model::Because answer = ask(Look::Object::Frame, frame, demanded);
  EXPECT_THAT(answer.sentence, HasSubstr(std::to_string(frame) + " is orange: the kernel demanded it"));
  EXPECT_THAT(answer.sentence, HasSubstr("because stubborn did not answer the request that the host made at"));
  EXPECT_THAT(answer.sentence, HasSubstr("taken by force in"));
  EXPECT_THAT(names(answer), ElementsAre("RevokeDemanded", "Noted", "RevokeAsked", "RevokeRequested", "ControlTaken"));
  EXPECT_TRUE(answer.complete);
}

TEST_F(Explain, AFrameThatWasAskedFor) {
  const model::Because answer = ask(Look::Object::Frame, frame, asked);
  EXPECT_THAT(answer.sentence, HasSubstr("stubborn was asked for it"));
  EXPECT_THAT(answer.sentence, HasSubstr("has not answered yet, because the host asked for frame"));
  EXPECT_THAT(names(answer), ElementsAre("RevokeAsked", "RevokeRequested", "ControlTaken"));
}

TEST_F(Explain, AFrameThatWasTakenAndItsRequest) {
  for (const auto& answer : {ask(Look::Object::Frame, frame), ask(Look::Object::Request, request)}) {
    EXPECT_THAT(answer.sentence, HasSubstr("stubborn"));
    EXPECT_THAT(answer.sentence, HasSubstr("deadline of 50"));
    EXPECT_THAT(names(answer), testing::IsSupersetOf({"RevokeAborted", "RevokeDemanded", "Noted", "RevokeAsked",
                                                      "RevokeRequested", "ControlTaken"}));
  }
  EXPECT_THAT(ask(Look::Object::Frame, frame).sentence, HasSubstr("took it from stubborn by force"));
}

TEST_F(Explain, ATlbEntryGoesBackToTheAllocation) {
  std::uint32_t index = 0;
  (void)ask(Look::Object::Frame, frame);
  const model::State& state = history.state_at(asked);
  while (index < abi::kTlbEntries && state.tlb[index].lo[0] == 0) ++index;
  ASSERT_LT(index, abi::kTlbEntries);
  const model::Because answer = ask(Look::Object::TlbEntry, index, asked);
  EXPECT_THAT(answer.sentence, HasSubstr("found it in the STLB, from the binding that stubborn made at"));
  EXPECT_THAT(names(answer),
              ElementsAre("TlbRefilled", "Bound", "CapabilityChecked", "CapabilityMinted", "FrameAllocated"));
  EXPECT_THAT(names(ask(Look::Object::StlbSlot, abi::stlb_slot(0x410, stubborn), asked)),
              ElementsAre("Bound", "CapabilityChecked", "CapabilityMinted", "FrameAllocated"));
}

TEST_F(Explain, EnvironmentsThatDoNotRun) {
  EXPECT_THAT(ask(Look::Object::Environment, stubborn).sentence, HasSubstr("stubborn runs"));
  kernel.switch_to(arbiter);
  EXPECT_THAT(ask(Look::Object::Environment, stubborn).sentence,
              HasSubstr("is ready and does not run, because its slice went on to arbiter"));
  kernel.set_entry(stubborn, 0x400000, 0);
  kernel.call(stubborn);
  const model::Because waits = ask(Look::Object::Environment, arbiter);
  EXPECT_THAT(waits.sentence, HasSubstr("waits for stubborn to answer"));
  EXPECT_EQ(names(waits).front(), "Transferred");
  kernel.emit(Event::ControlTaken, std::uint32_t(abi::ControlOp::Hang) | stubborn << 16);
  kernel.note(stubborn, abi::Note::Hung);
  const model::Because hung = ask(Look::Object::Environment, stubborn);
  EXPECT_THAT(hung.sentence, HasSubstr("because the host made it hang"));
  kernel.kill(arbiter);
  EXPECT_THAT(ask(Look::Object::Environment, arbiter).sentence, HasSubstr("is gone: it was destroyed"));
  EXPECT_THAT(ask(Look::Object::Environment, 60).sentence, HasSubstr("does not exist"));
}

TEST_F(Explain, AForfeitedSliceAndWhoOwesIt) {
  constexpr std::uint32_t kPosition = 40;
  kernel.give_slice(stubborn, kPosition);
  kernel.overrun(stubborn);
  kernel.overrun(stubborn);
  kernel.switch_to(arbiter);
  const model::Because owes = ask(Look::Object::Environment, stubborn);
  EXPECT_THAT(owes.sentence, HasSubstr("does not run because it owes 2 slices"));
  EXPECT_THAT(names(owes), testing::Contains("ExcessCounted"));
  kernel.position = kPosition;
  kernel.forfeit(stubborn);
  const model::Because answer = ask(Look::Object::Slice, kPosition);
  EXPECT_THAT(answer.sentence, HasSubstr("Slice 40 was forfeited"));
  EXPECT_THAT(names(answer), testing::IsSupersetOf({"SliceForfeited", "ExcessCounted", "SliceGranted"}));
}

TEST_F(Explain, ARefusedDownload) {
  kernel.refuse(stubborn, abi::DownloadKind::Handler, {}, abi::Verdict::Endless, 3, 1);
  (void)ask(Look::Object::Frame, frame);
  ASSERT_EQ(history.attempts().size(), 1u);
  const auto answer = model::explain(history, history.newest(), {Look::Object::None, 0, history.attempts()[0].event});
  EXPECT_THAT(answer.sentence, HasSubstr("was refused: at instruction 3 the verifier found that it may go round"));
  EXPECT_THAT(names(answer), testing::Contains("CodeRefused"));
}

TEST_F(Explain, APacketThatNobodyClaims) {
  const std::uint32_t packet = kernel.packet({1, 2, 3, 4});
  const model::Because answer = ask(Look::Object::Packet, packet);
  EXPECT_THAT(answer.sentence, HasSubstr("no claim and no filter"));
  EXPECT_THAT(names(answer), testing::IsSupersetOf({"PacketDropped", "PacketArrived"}));
}

TEST_F(Explain, NothingOfWhatComesLaterIsKnownAndBudgetsHold) {
  while (kernel.trace.size() < 3'000) kernel.random_move();
  (void)ask(Look::Object::Frame, frame);
  for (model::EventNumber at = 0; at <= history.size(); at += 97)
    for (int kind = 1; kind <= int(Look::Object::Packet); ++kind)
      for (std::uint32_t number = 0; number < 70; number += 3) {
        const model::State& state = history.state_at(at);
        const auto answer = model::explain(history, state, {Look::Object(kind), number}, 200, 5);
        ASSERT_FALSE(answer.sentence.empty());
        ASSERT_TRUE(answer.sentence.ends_with('.')) << answer.sentence;
        ASSERT_LE(answer.chain.size(), 5u);
        model::EventNumber before = at + 1;
        for (const auto& link : answer.chain) {
          ASSERT_LT(link.event, before) << answer.sentence;
          before = link.event;
        }
        ASSERT_EQ(model::sentence_of({Look::Object(kind), number}, state).empty(),
                  kind == int(Look::Object::TlbEntry) ? number >= abi::kTlbEntries
                  : kind == int(Look::Object::Environment) || kind == int(Look::Object::Slice)
                      ? number >= 64
                      : kind == int(Look::Object::Download) && number >= abi::kMaxDownloads);
      }
}

TEST_F(Explain, SubjectsAreFoundByTheirWords) {
  (void)ask(Look::Object::Frame, frame);
  const model::State& state = history.newest();
  EXPECT_EQ(model::parse_subject("frame 5", state), (model::Subject{Look::Object::Frame, 5}));
  EXPECT_EQ(model::parse_subject(" tlb 7 ", state), (model::Subject{Look::Object::TlbEntry, 7}));
  EXPECT_EQ(model::parse_subject("stubborn", state), (model::Subject{Look::Object::Environment, stubborn}));
  EXPECT_EQ(model::parse_subject("env arbiter", state), (model::Subject{Look::Object::Environment, arbiter}));
  EXPECT_EQ(model::parse_subject("event 12", state), (model::Subject{Look::Object::None, 0, 12}));
  for (const char* wrong : {"", "frame", "frame x", "frame 4096", "tlb 16", "nobody", "frame 5 6"})
    EXPECT_FALSE(model::parse_subject(wrong, state)) << wrong;
}

TEST_F(Explain, TheMirrorSaysTheMomentInLines) {
  (void)ask(Look::Object::Frame, frame);
  model::Story story;
  story.title = "A lesson";
  story.steps.push_back({"stubborn is asked.", "", {}, {}, asked});
  story.steps.push_back({"This comes later.", "", {}, {}, demanded + 1});
  std::string text;
  for (const auto& line : model::text_mirror(history, history.state_at(demanded), story)) text += line + "\n";
  EXPECT_THAT(text, HasSubstr("Step 1 of 2: stubborn is asked."));
  EXPECT_THAT(text, testing::Not(HasSubstr("This comes later")));
  EXPECT_THAT(text, HasSubstr("Running: stubborn"));
  EXPECT_THAT(text, HasSubstr("left before it is taken by force"));
  for (model::EventNumber at = 0; at <= history.size(); ++at)
    EXPECT_FALSE(model::text_mirror(history, history.state_at(at), story).empty());
}

}  // namespace
}  // namespace exo::test
