// Calls about downloaded code.
#include "kernel/syscalls/dispatch.hpp"

namespace exo::kernel::syscalls {

Result code_download(Environment&, const Arguments&) { return Status::BadCall; }
Result code_free(Environment&, const Arguments&) { return Status::BadCall; }
Result code_run(Environment&, const Arguments&) { return Status::BadCall; }
Result code_capability(Environment&, const Arguments&) { return Status::BadCall; }
Result wait(Environment&, const Arguments&) { return Status::BadCall; }
Result wire_bind(Environment&, const Arguments&) { return Status::BadCall; }
Result packet_send(Environment&, const Arguments&) { return Status::BadCall; }

}  // namespace exo::kernel::syscalls
