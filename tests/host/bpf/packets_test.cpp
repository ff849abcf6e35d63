// Filters and handlers by chance, on packets of all lengths: what is accepted touches no byte beyond the packet, its
// pages and its stack, and hands none to a helper. Half of them are changed at random first, so most are wrong
// somewhere.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>

#include "explorer/bpf/interpreter.hpp"
#include "explorer/bpf/random_program.hpp"
#include "kernel/download/costs.hpp"
#include "kernel/download/helper_rows.hpp"
#include "tests/host/bpf/judged.hpp"

namespace exo {
namespace {

using namespace kernel::download;
using bpf::Random;

/// r6: the context. r7: the packet. r8: its end. r9: a page, or the packet.
class PacketProgram {
 public:
  explicit PacketProgram(std::uint64_t seed, bool handler) : random_(seed), handler_(handler) {}

  std::vector<Instruction> make() {
    lines_ =
        "r6 = r1; r7 = *(u64 *)(r6 + 0); r8 = *(u64 *)(r6 + 8); r9 = *(u64 *)(r6 + 16); r0 = 0; r2 = 1; r3 = 2; r4 = "
        "3; r5 = 4;";
    for (int slot = 1; slot <= 4; ++slot) say("*(u64 *)(r10 - {}) = {}", 8 * slot, slot);
    block(3 + random_.below(8), 0);
    lines_ += "r0 = 0; exit";
    return bpf::assemble(lines_);
  }

 private:
  template <typename... T>
  void say(fmt::format_string<T...> format, T&&... values) {
    lines_ += fmt::format(format, std::forward<T>(values)...) + ";";
  }
  const char* pick(std::initializer_list<const char*> of) {
    return of.begin()[random_.below(std::uint32_t(of.size()))];
  }
  std::string label() { return fmt::format("l{}", ++labels_); }
  std::uint32_t number() { return 2 + random_.below(4); }
  /// The chance to get something wrong.
  bool slips() { return random_.one_in(24); }
  void forget() { say("r1 = 0; r2 = 0; r3 = 0; r4 = 0; r5 = 0"); }

  void access(const char* base, std::uint32_t below) {
    std::uint32_t bytes = 1u << random_.below(4);
    while (bytes > below) bytes /= 2;
    const std::uint32_t offset = slips() ? below - bytes + 1 : random_.below(below - bytes + 1);
    if (handler_ && random_.one_in(3))
      say("*(u{} *)({} + {}) = r{}", 8 * bytes, base, offset, number());
    else
      say("r{} = *(u{} *)({} + {})", number(), 8 * bytes, base, offset);
  }
  void accesses(const char* base, std::uint32_t below) {
    for (std::uint32_t i = 0; i <= random_.below(3); ++i) access(base, below);
  }

  /// A comparison of r1 with the end; what follows is behind it.
  void guarded(const char* base, std::uint32_t bytes, std::uint32_t depth) {
    const std::string out = label();
    say("r1 = {}; r1 += {}", base, bytes);
    if (random_.one_in(3)) {
      const std::string in = label();
      const char* const signs[] = {slips() ? "s<=" : pick({"<", "<=", "=="}), slips() ? "!=" : pick({">", ">=", "=="})};
      const bool first = random_.one_in(2);
      say("if {} {} {} goto {}; goto {}; {}: r0 = 0", first ? "r1" : "r8", signs[first ? 0 : 1], first ? "r8" : "r1",
          in, out, in);
    } else {
      const char* const signs[] = {slips() ? "s>" : pick({">", ">=", "!="}), slips() ? "<=" : pick({"<", "!="})};
      const bool first = random_.one_in(2);
      say("if {} {} {} goto {}", first ? "r1" : "r8", signs[first ? 0 : 1], first ? "r8" : "r1", out);
    }
    accesses(base, bytes);
    if (depth < 2 && random_.one_in(2)) block(1 + random_.below(3), depth + 1);
    say("{}: r1 = 0", out);
  }

  void variable(std::uint32_t depth) {
    const std::uint32_t index = number();
    say("r{} &= {}", index, slips() ? "-1" : pick({"60", "7", "1023", "65535"}));
    if (random_.one_in(3)) say("r{} <<= {}", index, random_.below(4));
    say("r9 = r7; r9 += r{}", index);
    if (slips()) say("r9 -= {}", 1 + random_.below(4));
    guarded("r9", 1 + random_.below(40), depth);
  }

  void rest() {
    if (!handler_ && !slips()) return;
    const std::uint32_t skip = random_.one_in(2) ? 0 : random_.below(20);
    say("r2 = r8; r2 -= r7");
    const std::string out = label();
    if (skip != 0 && !slips()) say("if r2 {} {} goto {}", slips() ? "s<" : "<", skip - (slips() ? 1 : 0), out);
    if (random_.one_in(3)) say("*(u64 *)(r10 - 40) = r2; r2 = *(u64 *)(r10 - 40)");
    if (skip != 0) say("r2 -= {}", skip);
    say("r1 = r7; r1 += {}", slips() ? random_.below(20) : random_.below(skip + 1));
    if (random_.one_in(2))
      say("call {}; r0 = 0", pick({"send", "checksum"}));
    else
      say("r3 = r2; r2 = r1; r1 = *(u64 *)(r6 + {}); call {}; r0 = 0", slips() ? 24 : 16,
          pick({"copy", "copy_checksum"}));
    forget();
    say("{}: r1 = 0", out);
  }

  void stack() {
    const std::uint32_t bytes = 1 + random_.below(24), place = bytes + (slips() ? 0 : random_.below(8));
    switch (random_.below(handler_ || slips() ? 6 : 4)) {
      case 0:
        return say("*(u64 *)(r10 - {}) = r{}", slips() ? 60 : 64, number());
      case 1:
        return random_.one_in(2) ? say("*(u64 *)(r10 - 48) = r7; r7 = 0; r7 = *(u64 *)(r10 - 48)")
                                 : say("*(u64 *)(r10 - 56) = r8; r8 = 0; r8 = *(u64 *)(r10 - {})", slips() ? 48 : 56);
      case 2:
        return say("r{} = *(u{} *)(r10 - {})", number(), 8u << random_.below(3), slips() ? 70 : 4 + random_.below(29));
      case 3:
        return say("*(u{} *)(r10 - {}) = r{}", 8u << random_.below(4), 8 + random_.below(25), number());
      case 4:
        say("r1 = r10; r1 -= {}; r2 = {}; call {}; r0 = 0", place, bytes, pick({"send", "checksum"}));
        return forget();
      default:
        say("r1 = r10; r1 -= {}; r2 = *(u64 *)(r6 + 16); r3 = {}; call copy; r0 = 0", place, bytes + (slips() ? 9 : 0));
        return forget();
    }
  }

  void block(std::uint32_t size, std::uint32_t depth) {
    for (std::uint32_t i = 0; i < size; ++i) switch (random_.below(8)) {
        case 0:
        case 1:
          guarded("r7", 1 + random_.below(60), depth);
          break;
        case 2:
        case 3:
          variable(depth);
          break;
        case 4:
          rest();
          break;
        case 5:
          stack();
          break;
        case 6:
          if (!handler_) break;
          say("r9 = *(u64 *)(r6 + 16)");
          access("r9", random_.one_in(2) ? 40 : 4096);
          break;
        default:
          say("r{} {} r{}", number(), pick({"+=", "^=", ">>=", "&=", "=", "*="}), number());
      }
  }

  Random random_;
  bool handler_;
  std::string lines_;
  int labels_ = 0;
};

constexpr std::uint64_t kContextAt = 0x8100'0000, kPacketAt = 0x8200'0002, kPageAt[] = {0x8300'0000, 0x8400'0000};

std::string run(const std::vector<Instruction>& program, const Judged& judged, const Rules& rules, Random& random) {
  std::vector<std::uint8_t> packet(random.one_in(2) ? 14 + random.below(80) : 14 + random.below(1501));
  std::vector<std::uint8_t> pages[2] = {std::vector<std::uint8_t>(4096), std::vector<std::uint8_t>(4096)};
  for (std::uint8_t& byte : packet) byte = std::uint8_t(random.number());
  for (auto& page : pages)
    for (std::uint32_t i = 0; i < 64; ++i) page[random.below(4096)] = std::uint8_t(random.next());
  abi::DownloadContext context{kPacketAt, kPacketAt + packet.size(), {}, random.below(0xffff'ffff)};
  bpf::Interpreter interpreter;
  for (std::uint32_t i = 0; i < 2; ++i) {
    if (!rules.page[i].given) continue;
    context.page[i] = kPageAt[i];
    interpreter.add({kPageAt[i], pages[i], rules.page[i].writable});
  }
  std::vector<std::uint8_t> context_bytes(sizeof context);
  std::memcpy(context_bytes.data(), &context, sizeof context);
  interpreter.add({kContextAt, context_bytes, false});
  interpreter.add({kPacketAt, packet, rules.may_write_packet()});
  std::string wrong;
  interpreter.set_helpers([&](std::uint32_t number, std::span<const std::uint64_t, 5> arguments) -> std::uint64_t {
    const Helper* const helper = helper_of(number);
    if (helper == nullptr || rules.kind != DownloadKind::Handler) wrong = "a helper that it may not call";
    std::uint64_t bytes = 0;
    for (std::uint32_t i = 0; helper != nullptr && i < 3; ++i)
      if (helper->arguments[i] == Argument::Bytes) bytes = arguments[i];
    if (bytes > abi::kMostPacketBytes) wrong = "a helper with too many bytes";
    for (std::uint32_t i = 0; helper != nullptr && i < 3 && wrong.empty(); ++i) {
      const bool writes = helper->arguments[i] == Argument::Write;
      if (!writes && helper->arguments[i] != Argument::Read) continue;
      std::uint8_t* const place = interpreter.find(arguments[i], std::uint32_t(bytes), writes);
      if (bytes != 0 && place == nullptr) wrong = "a helper with memory that is not the program's";
      for (std::uint64_t k = 0; writes && place != nullptr && k < bytes; ++k) place[k] = std::uint8_t(random.next());
    }
    return std::uint32_t(random.number());
  });
  std::uint32_t cost = kEntryAndExit;
  interpreter.set_observer([&](std::uint32_t at, std::span<const std::uint64_t, abi::bpf::kRegisters> registers) {
    if (at >= program.size()) return;
    const Instruction& it = program[at];
    cost += kernel::download::cost(it) + ((judged.facts[at] & kLooks) != 0 ? kLook : 0);
    if (it.opcode == 0x85)
      cost += helper_of(std::uint32_t(it.immediate)) == nullptr ? 0 : helper_of(std::uint32_t(it.immediate))->cost;
    const std::uint8_t kind = abi::bpf::class_of(it.opcode);
    if (kind < abi::bpf::kClassLdx || kind > abi::bpf::kClassStx) return;
    const std::uint64_t address = registers[kind == abi::bpf::kClassLdx ? it.source() : it.destination()] +
                                  std::uint64_t(std::int64_t(it.offset));
    if ((judged.facts[at] & kHalfwordAligned) != 0 && address % 2 != 0)
      wrong = "an access that is not halfword aligned";
    if ((judged.facts[at] & kWordAligned) != 0 && address % 4 != 0) wrong = "an access that is not word aligned";
  });
  const bpf::Run ran = interpreter.run(program, kContextAt, 0, 20'000);
  if (!wrong.empty()) return wrong;
  if (ran.ending != bpf::Ending::Exit) return fmt::format("at {}: {}", ran.at, ran.fault);
  if (cost > judged.longest) return fmt::format("cost {} of {}", cost, judged.longest);
  return "";
}

TEST(RandomPackets, NoByteBeyondThem) {
  const char* const wanted = std::getenv("EXOSCOPE_BPF_PROGRAMS");
  const std::uint64_t programs = wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : 3'000;
  std::uint64_t accepted = 0;
  for (std::uint64_t seed = 0; seed < programs; ++seed) {
    Random random(~seed);
    const bool handler = random.one_in(2);
    auto program = PacketProgram(seed, handler).make();
    if (random.one_in(3)) bpf::spoil(program, random);
    const Rules rules = rules_for(handler ? DownloadKind::Handler : DownloadKind::Filter);
    Rules generous = rules;
    generous.budget = 8'192;
    const Judged judged = judge(program, generous);
    if (judged.verdict != Verdict::Accepted) continue;
    ++accepted;
    for (int i = 0; i < 4; ++i)
      ASSERT_EQ(run(program, judged, generous, random), "") << "seed " << seed << "\n"
                                                            << listing(program, judged.facts);
  }
  fmt::print("{} filters and handlers, {} accepted ({:.1f} %)\n", programs, accepted,
             100.0 * double(accepted) / double(programs));
  EXPECT_GT(accepted * 4, programs);
}

}  // namespace
}  // namespace exo
