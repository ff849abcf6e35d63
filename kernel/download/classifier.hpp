// Whose packet is it: the claims, and the tree that they are merged and compiled into.
//
// When a claim comes or goes the tree is made anew, in steps. Meanwhile every claim is compared by itself, which gives
// the same answer more slowly: what is taken by force is gone at once, however long the tree takes.
#pragma once
#include "kernel/core/result.hpp"
#include "kernel/download/tree.hpp"

namespace exo::kernel::classifier {

using download::Claim;
using download::Progress;

void initialise();

/// How a claim stands to another, if there is one by this number. Value: of that and `within`, the one that it lies
/// within most narrowly; 0: none. Errors: NotFree (they are the same), Overlaps.
Result judge(const Claim& claim, uint32_t other, uint32_t within);
void add(uint32_t number, const Claim& claim);
void remove(uint32_t number);

/// Makes the tree, a step at a time. Done: it stands.
Progress build_step();
/// Steps for some 10 us, with looks at the deadlines: every tick, since a claim that was taken leaves nobody to wait
/// for the tree.
void build_at_leisure();

/// The most specific claim that a packet matches, or 0. `packet` lies 2 bytes past a word.
[[nodiscard]] uint32_t classify(const uint8_t* packet, uint32_t bytes);

}  // namespace exo::kernel::classifier
