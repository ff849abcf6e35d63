// Hostile calls about devices: control of one is a capability like any other.
#include "tests/hostile/refusals.hpp"

using namespace exo;
using namespace exo::trials;

namespace {
constexpr uint32_t kConsole = uint32_t(abi::Device::Console);
Capability console;

void asking() {
  REFUSES_CAPABILITIES(authority, abi::kRightDevices, call::device_capability(x, kConsole, &out));
  static constexpr uint32_t kNone[] = {abi::kDevices, abi::kDevices + 1, 255, 0x1'0000, 0x8000'0000, 0xffff'ffff};
  refuses_each(__LINE__, Status::BadArgument, kNone,
               [](uint32_t x) { return call::device_capability(&authority, x, &out); });
  REFUSES_OUT(call::device_capability(&authority, kConsole, x));
}

void binding() {
  CHECK_STATUS(call::device_capability(&authority, kConsole, &console), Ok);
  REFUSES_CAPABILITIES(console, abi::kRightUse, call::device_bind(x));
  REFUSED(call::bind(&console, vpn(kPage), kBindRead), WrongKind);
  static Capability use_only, fresh;
  CHECK_STATUS(call::capability_derive(&console, abi::kRightUse, &use_only), Ok);
  REFUSED(call::capability_revoke_all(&use_only, &out), NoRight);
  CHECK_STATUS(call::capability_revoke_all(&console, &fresh), Ok);
  REFUSED(call::device_bind(&console), StaleCapability);
  REFUSED(call::device_bind(&use_only), StaleCapability);
}
}  // namespace

int main() {
  set_the_stage();
  asking();
  binding();
  finish();
}
