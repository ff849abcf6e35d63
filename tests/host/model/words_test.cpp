// Words: every row of the tables makes a sentence, and the sentences that matter read as they should.
#include "explorer/model/words.hpp"

#include "tests/host/model/support.hpp"

namespace exo::test {
namespace {

using abi::Event;

class Words : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* names[] = {"", "arbiter", "stubborn"};
    for (std::uint32_t i = 1; i < 3; ++i) {
      std::strcpy(state_->envs[i].name, names[i]);
      state_->envs[i].asid = std::uint8_t(i);
      state_->identifiers[i] = std::uint8_t(i);
      state_->envs[i].state = abi::EnvState::Ready;
    }
  }
  [[nodiscard]] static model::Event event(Event id, std::uint32_t a = 0, std::uint32_t b = 0, std::uint32_t c = 0,
                                          std::uint32_t d = 0) {
    return {10'000, 7, id, 2, 0x400100, {a, b, c, d}};
  }
  [[nodiscard]] std::string say(Event id, std::uint32_t a = 0, std::uint32_t b = 0, std::uint32_t c = 0,
                                std::uint32_t d = 0) const {
    return model::sentence(event(id, a, b, c, d), *state_);
  }
  std::unique_ptr<model::State> state_ = std::make_unique<model::State>();
};

TEST_F(Words, EveryRowMakesASentence) {
  int rows = 0;
  for (std::uint32_t id = 0; id < abi::kEventNumbers; ++id) {
    if (!model::is_known(Event(id))) continue;
    ++rows;
    for (const std::uint32_t value : {0u, 1u, 2u, 5u, abi::kAnyFrame, abi::kNoFrame, 0x8000'0000u}) {
      const std::string text = say(Event(id), value, value, value, value);
      EXPECT_FALSE(text.empty());
      EXPECT_EQ(text.find_first_of("{}?"), std::string::npos) << text;
      EXPECT_EQ(text.find("frame any"), std::string::npos) << text;
      EXPECT_EQ(text.find("frame no copy"), std::string::npos) << text;
      EXPECT_EQ(text.find("frame frame"), std::string::npos) << text;
      EXPECT_EQ(text.find("no frame no"), std::string::npos) << text;
    }
    EXPECT_NE(model::event_category(Event(id)), "unknown");
  }
  EXPECT_GT(rows, 50);
}

TEST_F(Words, EveryNoteAndCommandMakesASentence) {
#define NOTE(number, name, text)                                                                  \
  EXPECT_EQ(say(Event::Noted, number, 3, 4, 5).find_first_of("{}?"), std::string::npos) << #name; \
  EXPECT_TRUE(say(Event::Noted, number, 3, 4, 5).starts_with("stubborn says: ")) << #name;
#include "kernel/abi/notes.def"
#undef NOTE
#define CONTROL(number, name, action, a, b, text)                                                                  \
  EXPECT_EQ(say(Event::ControlTaken, number | 2 << 16, 3, 4, 5).find_first_of("{}?"), std::string::npos) << #name; \
  EXPECT_EQ(say(Event::ControlRefused, number | 2 << 16, 3).find_first_of("{}?"), std::string::npos) << #name;
#include "kernel/abi/control_ops.def"
#undef CONTROL
}

TEST_F(Words, Sentences) {
  EXPECT_EQ(say(Event::Bound, 0x410, abi::pfn_of_frame(37), 3, 0),
            "stubborn bound page 0x410 to frame 37 (read, write)");
  EXPECT_EQ(say(Event::Bound, 0x410, 0x820, 9, 0), "stubborn bound page 0x410 to kernel page 0x820 (read, exposed)");
  EXPECT_EQ(say(Event::FrameAllocated, 5, 1, 2), "stubborn took frame 5");
  EXPECT_EQ(say(Event::RevokeRequested, 1, 2, 5, 0), "stubborn is asked for frame 5");
  EXPECT_EQ(say(Event::RevokeRequested, 1, 2, abi::kAnyFrame, 0), "stubborn is asked for any frame");
  EXPECT_EQ(say(Event::Repossessed, 1, 2, 5, 40),
            "the repossession vector of stubborn names frame 5; contents saved to frame 40");
  EXPECT_EQ(say(Event::Repossessed, 1, 2, 5, abi::kNoFrame),
            "the repossession vector of stubborn names frame 5; there is no copy of its contents");
  EXPECT_EQ(say(Event::SaveLocationSet, 0, abi::kAnyFrame, 40, 2),
            "stubborn names frame 40 as the place to save any frame");
  EXPECT_EQ(say(Event::CapabilityChecked, abi::resource_of(abi::ResourceKind::Frame, 5), 3, 0),
            "stubborn showed a capability for frame 5 (read, write): done");
  EXPECT_EQ(say(Event::TlbWritten, 4, abi::entry_hi(0x411, 2), abi::entry_lo(8, true), abi::entry_lo(9, true)),
            "TLB entry 4 was written: pages 0x410 and 0x411 of stubborn");
  EXPECT_EQ(say(Event::TlbWritten, 4, 0x8000'8000), "TLB entry 4 was cleared");
  EXPECT_EQ(say(Event::EnvStarted, 2, 0x400000), "stubborn was started at 0x00400000");
  EXPECT_EQ(say(Event::ExceptionRaised, 9), "stubborn raised exception 9 (breakpoint) at 0x00400100");
  EXPECT_EQ(say(Event::RevokeRequested, 7, 2, abi::kAnySlice), "stubborn is asked for any slice");
  EXPECT_EQ(say(Event::IdentifierGiven, 2, 5, 1), "stubborn got address-space identifier 5 (from arbiter)");
  EXPECT_EQ(say(Event::EnvParked, 2, 1), "stubborn waits to be entered; meanwhile its slices run arbiter");
  EXPECT_EQ(say(Event::DeviceBound, 1, 0), "nobody controls the keyboard now");
  state_->stlb[abi::stlb_slot(0x410, 2)] = {abi::entry_hi(0x410, 2), {0, abi::entry_lo(9, true)}, 0};
  EXPECT_EQ(say(Event::TlbRefilled, 4, abi::entry_hi(0x411, 2)),
            "TLB miss of stubborn, found in the STLB: entry 4 now holds page 0x411 of stubborn");
  EXPECT_EQ(say(Event::Switched, 2, 2, 3, 10), "stubborn keeps the processor: the next slice is its own");
  EXPECT_EQ(say(Event::Switched, 2, 1, 3, 10), "the processor went from stubborn to arbiter: the other yielded");
  EXPECT_EQ(say(Event::ControlTaken, 1 | 2 << 16, 5, 50, 9), "the host asked for frame 5 of stubborn");
  EXPECT_EQ(say(Event::ControlTaken, 1 | 2 << 16, abi::kAnyFrame, 50, 9), "the host asked for any frame of stubborn");
  EXPECT_EQ(say(Event::ControlTaken, 3, 0, 0, 9), "the host asked the kernel to show its tables");
  EXPECT_EQ(say(Event::ControlRefused, 2 | 2 << 16, 11),
            "the host's command \"kill\" for stubborn was refused: there is no such environment");
  EXPECT_EQ(say(Event::Noted, 7, 5, abi::kNoFrame),
            "stubborn says: read in its repossession vector that frame 5 is gone, with no copy saved");
  EXPECT_EQ(say(Event::Noted, 13, 2, 6), "stubborn says: asks stubborn, which owns 6 frames that are not guaranteed");
  EXPECT_EQ(say(Event::Noted, 999, 1, 2, 3), "stubborn says: note 999 (1, 2, 3)");
  EXPECT_EQ(say(Event::Console, 0x6c6c'6568, 0x0000'0a6f), "stubborn printed: hello\\n");
  EXPECT_EQ(say(Event::ExceptionRaised, 10, 0, 0x400100),
            "stubborn raised exception 10 (reserved instruction) at 0x00400100");
  EXPECT_EQ(say(Event(200)), "an event 200 that nobody knows (0x0, 0x0, 0x0, 0x0)");
}

TEST_F(Words, Fields) {
  const auto aborted = event(Event::RevokeAborted, 3, 2, 5, 1000);
  EXPECT_EQ(model::field_text(aborted, "owner", *state_), "stubborn");
  EXPECT_EQ(model::field_text(aborted, "frame", *state_), "frame 5");
  EXPECT_EQ(model::field_text(aborted, "ticks_late", *state_), "6.00 µs");
  EXPECT_EQ(model::field_text(aborted, "time", *state_), "60.00 µs");
  EXPECT_EQ(model::field_text(aborted, "env", *state_), "stubborn");
  EXPECT_EQ(model::field_text(aborted, "pc", *state_), "0x00400100");
  EXPECT_EQ(model::field_text(aborted, "nonsense", *state_), "");
  EXPECT_EQ(model::field_text(event(Event::Panic), "_2", *state_), "") << "unused arguments are no fields";
  EXPECT_EQ(model::field_text(event(Event::RevokeDemanded, 1, 2, 5, 18'333), "fires", *state_), "110.00 µs");
  std::uint64_t value = 0;
  EXPECT_TRUE(model::field_value(aborted, "frame", value));
  EXPECT_EQ(value, 5u);
  EXPECT_TRUE(model::field_value(aborted, "time", value));
  EXPECT_EQ(value, 60u);
  EXPECT_TRUE(model::field_value(aborted, "env", value));
  EXPECT_EQ(value, 2u);
  EXPECT_FALSE(model::field_value(aborted, "nonsense", value));
}

TEST_F(Words, HostileNamesAreShownSafely) {
  std::memcpy(state_->envs[2].name, "a\x1b[2J\n\xff%s\"abcd", 13);  // and no zero at its end
  EXPECT_EQ(model::env_name(*state_, 2), "a\\x1b[2J\\n\\xff%s\"ab");
  EXPECT_EQ(model::env_name(*state_, 0), "the kernel");
  EXPECT_EQ(model::env_name(*state_, 5), "environment 5");
  EXPECT_EQ(model::env_name(*state_, 70'000), "environment 70000");
}

TEST_F(Words, Lists) {
  EXPECT_EQ(model::rights_text(0), "nothing");
  EXPECT_EQ(model::rights_text(7), "read, write, control");
  EXPECT_EQ(model::rights_text(1 | 1 << 20), "read, unknown bits 0x100000");
  EXPECT_EQ(model::flags_text(7), "read, write, guaranteed");
  EXPECT_EQ(model::status_text(13), "the frame belongs to a guaranteed minimum, which is never taken");
  EXPECT_EQ(model::status_text(999), "an unknown status");
  EXPECT_EQ(model::reason_text(2), "taken by force");
  EXPECT_EQ(model::upcall_name(4), "Revoke");
  EXPECT_EQ(model::event_name(Event::RevokeAborted), "RevokeAborted");
  EXPECT_EQ(model::event_name(Event(0)), "unknown");
}

}  // namespace
}  // namespace exo::test
