// What a scenario file may say, and the one line that refuses everything else.
#include "explorer/scenario/parse.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <random>

#include "explorer/common/error.hpp"
#include "explorer/scenario/plan.hpp"

namespace exo::scenario {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const std::vector<std::string> kPrograms = {"arbiter", "polite", "saver", "slow", "stubborn", "template"};

const std::string kGood = R"toml(title = "A lesson"
goal = "To test"
minutes = 4
end_us = 8000

[[env]]
program = "stubborn"
slices = 2
parameters = { pages = 12, first_frame = 5 }

[[env]]
program = "polite"
name = "second"
parameters = { frames = 9 }

[[step]]
at_us = 1100
inject = { action = "revoke", env = "stubborn", frame = 5, patience_us = 60, deadline_us = 50 }
say = "Frame 5 is wanted."

[[step]]
on = { event = "RevokeAsked", owner = "stubborn", nth = 2 }
say = "{owner} is asked for {frame} at {time}: it has {frames(stubborn)}."
look = { view = "revocations", request = "{request}" }
ask.text = "Who owns it then?"
ask.answer = "owner(frame 5)"

[[expect]]
text = "It is taken"
holds = "outcome(request 1) == aborted"
)toml";

Scenario good() { return parse(kGood, "lessons/good.toml", kPrograms); }

std::string refusal(const std::string& text) {
  try {
    (void)parse(text, "x.toml", kPrograms);
  } catch (const InputError& error) {
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << "more than one line";
    return error.what();
  }
  return "accepted";
}

/// The good file with one piece replaced.
std::string with(const std::string& old, const std::string& fresh) {
  std::string text = kGood;
  const auto at = text.find(old);
  EXPECT_NE(at, std::string::npos) << old;
  return text.replace(at, old.size(), fresh);
}

TEST(Parse, ReadsWhatIsThere) {
  const Scenario scenario = good();
  EXPECT_EQ(scenario.name, "good");
  EXPECT_EQ(scenario.title, "A lesson");
  EXPECT_EQ(scenario.minutes, 4u);
  ASSERT_EQ(scenario.envs.size(), 2u);
  EXPECT_EQ(scenario.envs[0].name, "stubborn");
  EXPECT_EQ(scenario.envs[0].slices, 2u);
  EXPECT_EQ(scenario.envs[0].parameters[0], 12u);
  EXPECT_EQ(scenario.envs[0].parameters[3], 5u);
  EXPECT_EQ(scenario.envs[1].name, "second");
  EXPECT_EQ(scenario.envs[1].parameters[7], 9u);
  EXPECT_EQ(scenario.envs[1].parameters[3], abi::kAnyFrame) << "a program that is told nothing takes any frame";
  EXPECT_EQ(scenario.env_names, (EnvNames{"kernel", "arbiter", "stubborn", "second"}));
  ASSERT_EQ(scenario.steps.size(), 2u);
  ASSERT_EQ(scenario.steps[0].inject.size(), 1u);
  EXPECT_EQ(scenario.steps[0].inject[0].env, 2u);
  EXPECT_EQ(scenario.steps[0].inject[0].b, 60u << 16 | 50u);
  EXPECT_EQ(scenario.steps[1].trigger.nth, 2u);
  ASSERT_TRUE(scenario.steps[1].look.field.has_value());
  ASSERT_TRUE(scenario.steps[1].ask.has_value());
}

TEST(Parse, PlansManifestAndCommands) {
  const Scenario scenario = good();
  const abi::Manifest manifest = manifest_of(scenario);
  EXPECT_EQ(manifest.magic, abi::kManifestMagic);
  ASSERT_EQ(manifest.entries, 2u);
  EXPECT_STREQ(manifest.entry[0].program, "stubborn");
  EXPECT_STREQ(manifest.entry[1].name, "second");
  const auto commands = commands_up_front(scenario);
  ASSERT_EQ(commands.size(), 3u);
  EXPECT_EQ(commands[0].due_tick, 5u) << "1,100 us: the first tick at or after it";
  EXPECT_EQ(commands[0].op, std::uint16_t(abi::ControlOp::Revoke));
  EXPECT_EQ(commands[0].environment, 2u);
  EXPECT_EQ(commands[0].a, 5u);
  EXPECT_EQ(commands[1].op, std::uint16_t(abi::ControlOp::Audit));
  EXPECT_EQ(commands[2].op, std::uint16_t(abi::ControlOp::Stop));
  EXPECT_EQ(commands[2].due_tick, 32u);
}

TEST(Parse, SlicesHavePlaces) {
  const Scenario scenario = parse(with("slices = 2", "positions = [4, 33]"), "x.toml", kPrograms);
  EXPECT_EQ(scenario.envs[0].slices, 2u);
  const abi::Manifest manifest = manifest_of(scenario);
  EXPECT_EQ(manifest.entry[0].positions[0], 1u << 4);
  EXPECT_EQ(manifest.entry[0].positions[1], 1u << 1);
  EXPECT_EQ(manifest.entry[1].positions[0], 0u);
  EXPECT_EQ(parse(with("slices = 2", "slices = 3\npositions = [4, 33]"), "x", kPrograms).envs[0].slices, 3u);
  EXPECT_EQ(parse(with("slices = 2", "slices = 0"), "x", kPrograms).envs[0].slices, 0u)
      << "it lives on what it is given";
}

TEST(Parse, SlicesAreAskedBack) {
  const auto asked = [](const std::string& what) {
    return parse(with(", frame = 5", ", " + what), "x.toml", kPrograms).steps[0].inject[0].frame;
  };
  EXPECT_EQ(asked("slice = 3").number, abi::asked_slice(3));
  EXPECT_EQ(asked("slice = \"any\"").number, abi::kAnySlice);
  EXPECT_EQ(commands_up_front(parse(with(", frame = 5", ", slice = 3"), "x.toml", kPrograms))[0].a,
            abi::asked_slice(3));
}

TEST(Parse, TheMachineMayBeSetUp) {
  EXPECT_TRUE(good().machine.tracing);
  EXPECT_EQ(good().machine.identifiers, 0u);
  const auto machine = [](const std::string& lines) { return with("[[env]]", "[machine]\n" + lines + "\n\n[[env]]"); };
  const Scenario scenario = parse(machine("identifiers = 4\ntracing = false"), "x", kPrograms);
  EXPECT_FALSE(scenario.machine.tracing);
  EXPECT_EQ(scenario.machine.identifiers, 4u);
  const auto commands = commands_up_front(scenario);
  ASSERT_EQ(commands.size(), 2u) << "no audit: there is no fold to compare";
  EXPECT_EQ(commands.back().op, std::uint16_t(abi::ControlOp::Stop));
  EXPECT_EQ(refusal(machine("identifiers = 0")),
            "x.toml:7: identifiers = 0 is out of range; write a whole number from 1 to 255");
  EXPECT_EQ(refusal(machine("identifiers = 256")),
            "x.toml:7: identifiers = 256 is out of range; write a whole number from 1 to 255");
  EXPECT_EQ(refusal(machine("identifiers = \"all\"")),
            "x.toml:7: 'identifiers' is a text; write a whole number from 1 to 255");
  EXPECT_EQ(refusal(machine("tracing = 0")), "x.toml:7: 'tracing' is a whole number; write tracing = true or false");
  EXPECT_EQ(refusal(machine("tracin = true")),
            "x.toml:7: 'machine' has no key 'tracin' (did you mean 'tracing'?); keys are identifiers, tracing");
  EXPECT_EQ(refusal(with("minutes = 4", "machine = 4")),
            "x.toml:3: 'machine' is a whole number; write a table: machine = { ... }");
}

TEST(Parse, TheSecretIsTheTextsOwn) {
  EXPECT_EQ(secret_of(good()), secret_of(good()));
  EXPECT_NE(secret_of(good()), secret_of(parse(with("A lesson", "B lesson"), "x", kPrograms)));
}

TEST(Parse, SeveralCommandsInOneStep) {
  const auto scenario =
      parse(with("inject = { action = \"revoke\", env = \"stubborn\", frame = 5, patience_us = 60, deadline_us = 50 }",
                 "inject = [{ action = \"audit\" }, { action = \"kill\", env = \"second\" }]"),
            "x", kPrograms);
  ASSERT_EQ(scenario.steps[0].inject.size(), 2u);
  EXPECT_EQ(scenario.steps[0].inject[1].env, 3u);
}

TEST(Parse, TakesRawParameters) {
  const auto scenario = parse(with("{ pages = 12, first_frame = 5 }", "[77, 3000, 0xffffffff]"), "x", kPrograms);
  EXPECT_EQ(scenario.envs[0].parameters[1], 3000u);
  EXPECT_EQ(scenario.envs[0].parameters[2], 0xffff'ffffu);
  EXPECT_EQ(scenario.envs[0].parameters[3], 0u);
}

struct Refusal {
  const char* old;
  const char* fresh;
  int line;  ///< 0: not looked at
  const char* says;
};

class Refuses : public testing::TestWithParam<Refusal> {};

TEST_P(Refuses, WithFileLineAndReason) {
  const Refusal& refused = GetParam();
  const std::string line = refusal(with(refused.old, refused.fresh));
  EXPECT_THAT(line, StartsWith(refused.line == 0 ? "x.toml:" : "x.toml:" + std::to_string(refused.line) + ": "));
  EXPECT_THAT(line, HasSubstr(refused.says));
  EXPECT_THAT(line, HasSubstr("; ")) << "says nothing about how to mend it";
}

TEST(Parse, PassesAShareOfTheAuthorityOn) {
  const Scenario scenario =
      parse(with("slices = 2", "slices = 2\nauthority = [\"memory\", \"create\"]"), "good.toml", kPrograms);
  const abi::Manifest manifest = manifest_of(scenario);
  EXPECT_EQ(manifest.entry[0].authority, abi::kRightMemory | abi::kRightCreate);
  EXPECT_EQ(manifest.entry[1].authority, 0u);
}

TEST(Parse, AnotherProgramCanBeTheFirst) {
  EXPECT_EQ(parse(kGood, "good.toml", kPrograms).first, "arbiter");
  EXPECT_EQ(parse(with("minutes = 4", "first = \"template\""), "good.toml", kPrograms).first, "template");
}

INSTANTIATE_TEST_SUITE_P(
    Everything, Refuses,
    testing::Values(
        Refusal{"minutes = 4", "minuts = 4", 3, "did you mean 'minutes'"},
        Refusal{"minutes = 4", "first = \"arbitre\"", 3, "did you mean 'arbiter'"},
        Refusal{"minutes = 4", "first = 1", 3, "'first' is a whole number"},
        Refusal{"goal = ", "gaol = ", 2, "did you mean 'goal'"},
        Refusal{"title = \"A lesson\"", "title = 5", 1, "'title' is a whole number"},
        Refusal{"title = \"A lesson\"", "title = \"\"", 1, "empty"}, Refusal{"goal = \"To test\"", "", 1, "no 'goal'"},
        Refusal{"end_us = 8000", "end_us = \"long\"", 4, "'end_us' is a text"},
        Refusal{"end_us = 8000", "end_us = 0", 4, "out of range"}, Refusal{"end_us = 8000", "end_us = ", 4, "not TOML"},
        Refusal{"program = \"stubborn\"", "program = \"stuborn\"", 7, "did you mean 'stubborn'"},
        Refusal{"program = \"stubborn\"", "program = \"arbiter\"", 7, "no library OS 'arbiter'"},
        Refusal{"program = \"stubborn\"", "", 6, "no 'program'"},
        Refusal{"slices = 2", "slices = 17", 8, "out of range"}, Refusal{"slices = 2", "slices = 2.5", 8, "a fraction"},
        Refusal{"slices = 2", "positions = 4", 8, "no list"}, Refusal{"slices = 2", "positions = [0]", 8, "no such"},
        Refusal{"slices = 2", "positions = [64]", 8, "no such"},
        Refusal{"slices = 2", "positions = [\"4\"]", 8, "no such"},
        Refusal{"slices = 2", "positions = [4, 4]", 8, "named twice"},
        Refusal{"slices = 2", "slices = 1\npositions = [4, 5]", 8, "out of range"},
        Refusal{"slices = 2", "slice = 2", 8, "did you mean 'slices'"},
        Refusal{"slices = 2", "slices = 2\nauthority = [\"money\"]", 9, "no authority 'money'"},
        Refusal{"slices = 2", "slices = 2\nauthority = 64", 9, "no list"},
        Refusal{"slices = 2", "slices = 2\nauthority = [64]", 9, "named by words"},
        Refusal{"pages = 12", "page = 12", 9, "did you mean 'pages'"},
        Refusal{"first_frame = 5", "first_frame = 4096", 9, "out of range"},
        Refusal{"{ pages = 12, first_frame = 5 }", "[1, 2, 3, 4, 5, 6, 7, 8, 9]", 9, "too many"},
        Refusal{"{ pages = 12, first_frame = 5 }", "[1, \"two\"]", 9, "parameter 2"},
        Refusal{"{ pages = 12, first_frame = 5 }", "[-1]", 9, "parameter 1"},
        Refusal{"name = \"second\"", "name = \"Second one\"", 13, "can't be a name"},
        Refusal{"name = \"second\"", "name = \"stubborn\"", 13, "two environments"},
        Refusal{"name = \"second\"", "name = \"never\"", 13, "meaning of its own"},
        Refusal{"at_us = 1100", "at_us = 8000", 17, "can never begin"},
        Refusal{"at_us = 1100", "", 18, "must say when"},
        Refusal{"at_us = 1100", "at_us = 1100\non = { event = \"Boot\" }", 18, "two triggers"},
        Refusal{"action = \"revoke\"", "action = \"revok\"", 18, "did you mean 'revoke'"},
        Refusal{"action = \"revoke\"", "action = \"stop\"", 18, "end_us"},
        Refusal{"env = \"stubborn\", frame", "env = \"stuborn\", frame", 18, "did you mean 'stubborn'"},
        Refusal{"env = \"stubborn\", frame", "env = \"kernel\", frame", 18, "no environment 'kernel'"},
        Refusal{"frame = 5, p", "frame = 4096, p", 18, "out of range"},
        Refusal{"frame = 5, p", "frame = \"every\", p", 18, "names no frame"},
        Refusal{"frame = 5, p", "p", 18, "which frame"},
        Refusal{"frame = 5, p", "frame_of = { env = \"stubborn\" }, p", 18, "fixed time"},
        Refusal{"deadline_us = 50", "deadline_us = 70000", 18, "out of range"},
        Refusal{"deadline_us = 50", "deadline = 50", 18, "did you mean 'deadline_us'"},
        Refusal{"Frame 5 is wanted.", "Frame {frame} is wanted.", 19, "not known beforehand"},
        Refusal{"event = \"RevokeAsked\"", "event = \"RevokAsked\"", 22, "did you mean 'RevokeAsked'"},
        Refusal{"owner = \"stubborn\", nth", "holder = \"stubborn\", nth", 22, "no field 'holder'"},
        Refusal{"owner = \"stubborn\", nth", "owner = \"someone\", nth", 22, "can't be the owner"},
        Refusal{"owner = \"stubborn\", nth", "owner = 64, nth", 22, "can never be"},
        Refusal{"owner = \"stubborn\", nth", "frame = 70000, nth", 22, "can never be"},
        Refusal{"nth = 2", "nth = 0", 22, "out of range"},
        Refusal{"{owner} is asked", "{holder} is asked", 23, "no field of the step's event"},
        Refusal{"{owner} is asked", "{owner is asked", 23, ""},
        Refusal{"{frames(stubborn)}", "{frames(nobody_here)}", 23, "no environment 'nobody_here'"},
        Refusal{"view = \"revocations\"", "view = \"revocation\"", 24, "did you mean 'revocations'"},
        Refusal{"request = \"{request}\"", "request = \"{page}\"", 24, "no field {page}"},
        Refusal{"ask.answer = \"owner(frame 5)\"", "", 0, "no answer"},
        Refusal{"ask.answer = \"owner(frame 5)\"", "ask.answer = \"owner(frame 4096)\"", 26, "out of range"},
        Refusal{"ask.answer = \"owner(frame 5)\"", "ask.answer = \"ownr(frame 5)\"", 26, "did you mean 'owner'"},
        Refusal{"ask.answer = \"owner(frame 5)\"", "ask.answer = \"owner(frame 5)\"\nask.known = 2", 27,
                "no step follows"},
        Refusal{"ask.answer =", "ask.object = \"farme\"\nask.answer =", 26, "there is no object 'farme'"},
        Refusal{"ask.answer =", "ask.object = \"frame\"\nask.answer =", 27, "the answer is no number"},
        Refusal{"ask.answer =", "ask.within = 5\nask.answer =", 26, "only a number can be nearly right"},
        Refusal{"ask.answer = \"owner(frame 5)\"", "ask.answer = \"now\"\nask.within = -5", 27, "no number above 0"},
        Refusal{"ask.answer = \"owner(frame 5)\"", "ask.answer = \"owner(frame 5)\"\nask.choices = [\"one\"]", 27,
                "at least two"},
        Refusal{"== aborted", "== abortet", 30, "did you mean 'aborted'"},
        Refusal{"outcome(request 1) == aborted", "outcome(request 1)", 30, "not yes or no"},
        Refusal{"outcome(request 1) == aborted", "outcome(request 1) == 5", 30, "never true"},
        Refusal{"holds = ", "hold = ", 30, "did you mean 'holds'"}));

TEST(Parse, RefusesFilesThatAreNoScenario) {
  EXPECT_THAT(refusal(""), HasSubstr("no 'title'"));
  EXPECT_THAT(refusal(std::string("\0\x01\xff", 3)), HasSubstr("not TOML"));
  EXPECT_THAT(refusal(std::string(300'000, '#')), HasSubstr("bytes"));
  EXPECT_THAT(refusal("title = \"x\"\ngoal = \"y\"\nend_us = 1000\n"), HasSubstr("no environment"));
  EXPECT_THAT(refusal("title = \"x\"\ngoal = \"y\"\nend_us = 1000\n[[env]]\nprogram = \"polite\"\n"),
              HasSubstr("no step"));
}

/// Whatever a file holds, it is read or refused in one line; nothing else can happen.
TEST(Parse, AnyBytesAreReadOrRefused) {
  std::mt19937 random(7);
  int refused = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string text = kGood;
    for (unsigned i = 0; i <= random() % 4; ++i) {
      const std::size_t at = random() % text.size();
      switch (random() % 4) {
        case 0:
          text[at] = char(random());
          break;
        case 1:
          text.erase(at, random() % 20);
          break;
        case 2:
          text.insert(at, text.substr(random() % text.size(), random() % 40));
          break;
        default:
          text.insert(at, 1, "\"'{}[]()=#\\\n0"[random() % 13]);
      }
    }
    if (refusal(text) != "accepted") ++refused;
  }
  EXPECT_GT(refused, 1000);
  EXPECT_THAT(refusal("title = " + std::string(100'000, '[')), HasSubstr("not TOML"));
}

TEST(Parse, StepsMustBeInOrderOfTheirTimes) {
  EXPECT_THAT(refusal(kGood + "\n[[step]]\nat_us = 1000\nsay = \"too late\"\n"), HasSubstr("in order"));
}

/// What the guide for authors shows is a lesson that can be read.
TEST(Parse, TheGuidesExampleIsGood) {
  std::ifstream file("scenarios/README.md");
  const std::string guide((std::istreambuf_iterator<char>(file)), {});
  const auto start = guide.find("```toml\n");
  ASSERT_NE(start, std::string::npos);
  const auto end = guide.find("```", start + 8);
  const auto scenario = parse(guide.substr(start + 8, end - start - 8), "guide.toml", kPrograms);
  EXPECT_EQ(scenario.steps.size(), 1u);
  EXPECT_EQ(scenario.expectations.size(), 1u);
}

TEST(Parse, AnAnswerMayBeAnObject) {
  const auto asked = [](const std::string& lines) {
    return *parse(with("ask.answer = \"owner(frame 5)\"", lines), "x.toml", kPrograms).steps[1].ask;
  };
  using Object = model::Look::Object;
  EXPECT_EQ(asked("ask.answer = \"owner(frame 5)\"\nask.object = \"env\"").object, Object::Environment);
  EXPECT_EQ(asked("ask.answer = \"frame_of(request 1)\"\nask.object = \"frame\"").object, Object::Frame);
  EXPECT_EQ(asked("ask.answer = \"now\"\nask.within = 2.5").within, 2.5);
  const auto numbers = asked("ask.answer = \"frames(stubborn)\"\nask.choices = [4, 8]");
  ASSERT_EQ(numbers.choices.size(), 2u);
  EXPECT_EQ(numbers.choices[1].text, "8");
}

TEST(Parse, ProgramsAreNotCheckedInARecording) {
  const auto scenario = parse(with("program = \"polite\"", "program = \"mine\""), "x", {});
  EXPECT_EQ(scenario.envs[1].program, "mine");
}

}  // namespace
}  // namespace exo::scenario
