#include "libos/base/windows.hpp"

namespace exo::libos {

namespace {
struct Window {
  uint32_t page, rights;  ///< rights 0: unused
  Capability capability;
};
Window windows[kWindows];

Window* window_of(uint32_t page) {
  for (Window& window : windows)
    if (window.rights != 0 && window.page == page) return &window;
  return nullptr;
}

Window* unused() {
  for (Window& window : windows)
    if (window.rights == 0) return &window;
  return nullptr;
}
}  // namespace

Status open_window(uint32_t address, const Capability& capability, uint32_t rights) {
  const uint32_t page = page_number(address);
  Window* window = window_of(page);
  if (window == nullptr) window = unused();
  if (window == nullptr) return Status::NoneFree;
  const Result bound = call::bind(&capability, page, rights);
  if (bound.ok()) *window = {page, rights, capability};
  return bound.status;
}

bool reopen_window(uint32_t address) {
  const Window* window = window_of(page_number(address));
  return window != nullptr && call::bind(&window->capability, window->page, window->rights).ok();
}

}  // namespace exo::libos
