// Compiled trees of claims, jumped into in user mode: on random packets, and on one packet at every length, they say
// what comparing every claim says.
#include "libos/bench/claim_memory.hpp"
#include "tests/guest/checks.hpp"

using namespace exo;
using namespace exo::trials;
using kernel::download::Claim;
using kernel::download::kNoClaim;
using kernel::download::Progress;
using kernel::download::Relation;
using libos::claim_memory;

namespace {
constexpr uint32_t kTrees = 60, kPackets = 40, kFields = 6, kValues = 24;
uint32_t seed = 1;

uint32_t random(uint32_t bound) {  // xorshift (Marsaglia 2003)
  seed ^= seed << 13;
  seed ^= seed >> 17;
  seed ^= seed << 5;
  return (seed >> 8) % bound;
}
uint32_t any_word() { return random(0x1'0000) << 16 | random(0x1'0000); }

// Few places, masks and values, so that claims share a lot and lie within each other.
abi::Comparison fields[kFields];
uint32_t values[kFields][kValues];

void choose_fields(uint32_t end) {
  for (uint32_t f = 0; f < kFields; ++f) {
    const uint32_t bytes = 1u << random(3), all = 0xffff'ffffu >> (32 - 8 * bytes);
    const uint32_t mask = random(3) == 0 ? all & (any_word() | 1) : all;
    fields[f] = {uint16_t(random(end - bytes + 1)), uint8_t(bytes), 0, mask, 0, 0};
    for (uint32_t& value : values[f]) value = any_word() & mask;
  }
}

bool choose_claim(Claim& claim) {
  begin(claim);
  for (uint32_t f = 0; f < kFields; ++f) {
    if (random(4) == 0) continue;
    abi::Comparison comparison = fields[f];
    comparison.value = values[f][random(kValues)];
    if (!add(claim, comparison)) return false;
  }
  for (const Claim& other : claim_memory().claims) {
    if (other.count == kNoClaim || &other == &claim) continue;
    const Relation how = relation(claim, other);
    if (how == Relation::Same || how == Relation::Crossing) return false;
  }
  return true;
}

uint32_t choose_claims(uint32_t offers) {
  uint32_t taken = 0;
  libos::forget_claims();
  for (uint32_t number = 1; number <= offers; ++number) {
    if (choose_claim(claim_memory().claims[number]))
      ++taken;
    else
      claim_memory().claims[number].count = kNoClaim;
  }
  return taken;
}

uint8_t* packet() { return claim_memory().packet + 2; }

void choose_packet() {
  for (uint32_t i = 0; i < 64; ++i) packet()[i] = uint8_t(random(256));
  for (uint32_t f = 0; f < kFields; ++f) {
    const abi::Comparison& field = fields[f];
    const uint32_t value = values[f][random(kValues)];
    for (uint32_t i = 0; i < field.bytes; ++i)
      packet()[field.offset + i] = uint8_t(value >> (8 * (field.bytes - 1u - i)));
  }
}

uint32_t narrowest(uint32_t bytes) {
  uint32_t best = 0, most = 0;
  for (uint32_t number = 1; number < abi::kMaxDownloads; ++number) {
    const Claim& claim = claim_memory().claims[number];
    if (claim.count == kNoClaim || !matches(claim, packet(), bytes)) continue;
    if (best != 0 && claim.bits <= most) continue;
    best = number;
    most = claim.bits;
  }
  return best;
}

void agrees(uint32_t bytes) { CHECK_EQUAL(libos::compiled_claims()(packet(), bytes), narrowest(bytes)); }

}  // namespace

int main() {
  CHECK_EQUAL(libos::get_claim_memory(), Status::Ok);
  uint32_t claims = 0;
  for (uint32_t tree = 0; tree < kTrees; ++tree) {
    choose_fields(tree % 2 == 0 ? 50 : 1514);
    claims += choose_claims(1 + random(40));
    CHECK_EQUAL(libos::compile_claims(), Progress::Done);
    for (uint32_t i = 0; i < kPackets; ++i) {
      choose_packet();
      agrees(i % 4 == 0 ? random(64) : 14 + random(1501));
    }
  }
  for (uint32_t bytes = 0; bytes <= abi::kMostPacketBytes; ++bytes) agrees(bytes);
  libos::note(Note::Round, kTrees, claims);
  finish();
}
