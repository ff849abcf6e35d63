// live: computes a sum over many slices. It knows what of its state is live, three registers, and so keeps only those
// at the end of a slice; or it leaves that to the kernel, which knows nothing and keeps everything.
//
// Parameters: 0 numbers to add up; 1 not 0: the kernel keeps its registers.
#include "libos/base/note.hpp"
#include "libos/base/upcalls.hpp"

using namespace exo::libos;

extern "C" {
uint32_t exo_sum(uint32_t count);
void exo_sum_slice_end();
extern volatile uint32_t exo_sum_slice_ends;
}

int main() {
  const uint32_t count = parameter(0);
  const bool by_kernel = parameter(1) != 0;
  note(Note::Started, 0);
  // Nothing else may be live when the slice ends, so for this long nothing else is wanted.
  (void)call::upcall_set(exo::abi::Upcall::SliceEnd, by_kernel ? 0u : uintptr_t(&exo_sum_slice_end));
  const uint32_t sum = exo_sum(count);
  (void)call::upcall_set(exo::abi::Upcall::SliceEnd, 0u);
  if (!by_kernel) note(Note::KeptLive, 3, exo_sum_slice_ends);
  // 1 + 2 + ... + n, without overflow before the division.
  const uint32_t expected = count % 2 == 0 ? count / 2 * (count + 1) : (count + 1) / 2 * count;
  note(Note::Finished, sum, expected);
  for (;;) (void)call::yield(0u);
}
