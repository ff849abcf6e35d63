// Losses by force: where the kernel shall save contents before it takes a frame, and what to make of the repossession
// vector.
#pragma once
#include "libos/base/heap.hpp"

namespace exo::libos {

/// Allocates `count` frames (at most kSaveLocations) and preloads each as a place where the kernel saves the contents
/// of any frame that it takes by force.
void preload_save_locations(uint32_t count);

/// What every library OS can do after a loss: notes it; if the kernel saved the contents, that frame takes the lost
/// one's place (nothing is copied); otherwise the page is Absent from now on.
void learn_loss(const abi::Repossession& entry);

/// The plainest answer to a request: gives the named frame back, or the coldest page's, at once, and says afterwards
/// which it chose. Nothing is saved.
void give_back_at_once(uint32_t request, uint32_t frame_or_any);

/// Gives back the slice named, or with kAnySlice the last one.
void give_slice_back(uint32_t asked);

/// Gives every heap page and every save frame back: nothing is left but the guaranteed frames.
void give_everything_back();

}  // namespace exo::libos
