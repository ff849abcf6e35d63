// What the kernel tells a library OS, as C++ functions. Every hook below has a default (defaults.cpp); a library OS
// defines the ones that it wants to answer differently, and the linker takes its version. Invariant: whatever runs in a
// hook touches heap pages only through the guarded routines, because a page can be taken by force while it does.
#pragma once
#include "kernel/abi/environment_page.hpp"
#include "libos/base/environment.hpp"
#include "libos/base/upcall_layout.h"

namespace exo::libos {

/// The interrupted program on the upcall stack. A hook of a synchronous upcall may change pc to go on elsewhere.
struct SavedRegisters {
  uint32_t handler_home[4];
  uint32_t self;
  uint32_t was_masked;
  uint32_t pc;
  uint32_t sp;
  uint32_t at, v0, v1, a0, a1, a2, a3;
  uint32_t t[10];
  uint32_t ra, hi, lo;
};

// Hooks. Asynchronous ones run masked; they may be interrupted by misses only.

/// A page without binding was touched that is not in the heap. True: bound now, try again. Default: reopens windows
/// (windows.hpp); false ends the program.
bool on_miss(uint32_t address, SavedRegisters& program);
/// The program did something exceptional: a code of the Cause register. True: go on at program.pc. Default: false,
/// which ends the program.
bool on_exception(uint32_t code, uint32_t address, SavedRegisters& program);
/// The kernel asks for a frame (kAnyFrame: a choice). microseconds 0: politely; otherwise the deadline that runs
/// already. Default: gives back the named frame, or the coldest, at once.
void on_revoke(uint32_t request, uint32_t frame, uint32_t microseconds);
/// The kernel asks for a slice of the processor (kAnySlice: a choice). Default: gives it back at once.
void on_revoke_slice(uint32_t request, uint32_t asked, uint32_t microseconds);
/// The kernel asks for a download, by its number. Default: gives it back at once.
void on_revoke_download(uint32_t request, uint32_t download, uint32_t microseconds);
/// A frame was taken by force. Called once for every new entry of the repossession vector. Default: learn_loss.
void on_repossessed(const abi::Repossession& entry);
/// The guaranteed frames must go: submit to the swap server named. Default: gives all heap frames back and does so.
void on_emergency(uint32_t server);
/// An injected command that the base does not know (it answers Hang, Wake and Key itself). Default: nothing.
void on_message(uint32_t operation, uint32_t a, uint32_t b);

/// True while the library OS was told to hang: it then answers no request, and its application must call
/// wait_while_hung.
[[nodiscard]] bool is_hung();
void wait_while_hung();

/// The last request that was answered: a demand may follow the polite question that was answered in between.
void mark_answered(uint32_t request);

/// True when the repossession vector names losses that on_repossessed was not told of yet.
[[nodiscard]] bool has_unread_losses();

/// Ends the program with a note that says which check failed.
[[noreturn]] void fail(uint32_t where, uint32_t got, uint32_t wanted);
[[noreturn]] void leave(uint32_t code);

}  // namespace exo::libos

extern "C" {
/// The program. What it returns becomes its exit code.
int main();

// Guarded access to memory that can be taken away at any moment (upcall_entry.S). Only pages, never the program's own
// data, can make them stop early.
[[nodiscard]] bool exo_guarded_add(uint32_t* word, uint32_t amount);
[[nodiscard]] bool exo_guarded_copy_16(uint32_t* to, const uint32_t* from);  ///< 16 words, all or failed
[[nodiscard]] uint32_t exo_guarded_copy(uint32_t* to, const uint32_t* from, uint32_t words);  ///< the words copied
}
