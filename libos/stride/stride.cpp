// Stride scheduling as the policy of schedule.hpp: nobody is ever much more than a slice away from its share.
#include "libos/stride/stride.hpp"

#include "libos/stride/schedule.hpp"

namespace exo::libos::schedule {

namespace {
constinit Stride stride;
}

static_assert(Stride::kNobody == kNobody);

void join(uint32_t tickets) { (void)stride.join(tickets); }
void leave(uint32_t client) { stride.leave(client); }
uint32_t next() { return stride.least(); }
void charge(uint32_t client, uint32_t used) { stride.charge(client, used); }

}  // namespace exo::libos::schedule
