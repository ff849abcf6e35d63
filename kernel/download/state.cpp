#include "kernel/download/state.hpp"

namespace exo::kernel::download {

bool Names::same(uint16_t old_id, uint16_t new_id) {
  for (uint32_t i = 0; i < count_; ++i)
    if (old_[i] == old_id) return new_[i] == new_id;
  if (count_ == kMost) return false;
  old_[count_] = old_id;
  new_[count_++] = new_id;
  return true;
}

bool covers(const Value& general, const Value& value, Names& names) {
  if ((general.written & ~value.written) != 0) return false;
  if (general.kind == Kind::Unset) return true;  // nothing was made of it
  if (general.kind != value.kind || !general.number.covers(value.number)) return false;
  if (general.kind == Kind::Stack) return general.id == value.id;
  if (general.kind != Kind::Packet && !is_rest(general)) return true;
  return general.fixed == value.fixed && general.range <= value.range && names.same(general.id, value.id);
}

}  // namespace exo::kernel::download
