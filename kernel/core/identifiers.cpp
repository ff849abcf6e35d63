#include "kernel/core/identifiers.hpp"

#include "kernel/core/bindings.hpp"
#include "kernel/core/slices.hpp"
#include "kernel/core/trace.hpp"
#include "kernel/core/transfers.hpp"

namespace exo::kernel::identifiers {

uint8_t holders[abi::kIdentifiers + 1];

namespace {
uint32_t count;
uint32_t hand;  // the identifier that was taken last: the next one is next

uint32_t free_identifier() {
  for (uint32_t identifier = 1; identifier <= count; ++identifier)
    if (holders[identifier] == 0) return identifier;
  return 0;
}

void assign(Environment& e, uint32_t identifier) {
  e.entry_hi = identifier;
  environments::info(e.number).asid = uint8_t(identifier);
}

// Round robin, but not from the one that ran last.
uint32_t next_victim() {
  do hand = hand % count + 1;
  while (count > 1 && holders[hand] == slices::running().number);
  return hand;
}

void take_from(Environment& victim) {
  bindings::flush_identifier(victim.entry_hi);
  assign(victim, 0);
  bindings::retag(victim);
  transfers::close(victim);
}
}  // namespace

void initialise() {
  const abi::TraceShared& s = trace::shared();
  const bool chosen = s.host_magic == abi::kTraceMagic && s.identifiers - 1 < abi::kIdentifiers;
  count = chosen ? s.identifiers : abi::kIdentifiers;
}

void give(Environment& e) {
  if (e.entry_hi != 0) return;
  uint32_t identifier = free_identifier();
  uint32_t from = 0;
  if (identifier == 0) {
    identifier = next_victim();
    from = holders[identifier];
    take_from(environments::get(from));
  }
  holders[identifier] = uint8_t(e.number);
  assign(e, identifier);
  bindings::retag(e);
  trace::emit(abi::Event::IdentifierGiven, e.number, identifier, from);
}

void take_back(Environment& e) {
  if (e.entry_hi == 0) return;
  holders[e.entry_hi] = 0;
  assign(e, 0);
}

}  // namespace exo::kernel::identifiers
