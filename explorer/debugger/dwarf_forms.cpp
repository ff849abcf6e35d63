#include "explorer/debugger/dwarf_forms.hpp"

#include <dwarf.h>

namespace exo::debugger {
namespace {

/// Bytes of a form in 32-bit DWARF with addresses of 4 bytes; -1: they vary.
int fixed_bytes(std::uint64_t form) {
  switch (form) {
    case DW_FORM_flag_present:
    case DW_FORM_implicit_const:
      return 0;
    case DW_FORM_data1:
    case DW_FORM_ref1:
    case DW_FORM_flag:
    case DW_FORM_strx1:
    case DW_FORM_addrx1:
      return 1;
    case DW_FORM_data2:
    case DW_FORM_ref2:
    case DW_FORM_strx2:
    case DW_FORM_addrx2:
      return 2;
    case DW_FORM_strx3:
    case DW_FORM_addrx3:
      return 3;
    case DW_FORM_data4:
    case DW_FORM_ref4:
    case DW_FORM_strx4:
    case DW_FORM_addrx4:
    case DW_FORM_addr:
    case DW_FORM_strp:
    case DW_FORM_line_strp:
    case DW_FORM_sec_offset:
    case DW_FORM_ref_addr:
    case DW_FORM_ref_sup4:
    case DW_FORM_strp_sup:
      return 4;
    case DW_FORM_data8:
    case DW_FORM_ref8:
    case DW_FORM_ref_sig8:
    case DW_FORM_ref_sup8:
      return 8;
    case DW_FORM_data16:
      return 16;
    default:
      return -1;
  }
}

}  // namespace

bool skip_form(Cursor& at, std::uint64_t form) {
  if (const int bytes = fixed_bytes(form); bytes >= 0) {
    at.skip(std::uint64_t(bytes));
    return at.ok();
  }
  switch (form) {
    case DW_FORM_udata:
    case DW_FORM_sdata:
    case DW_FORM_strx:
    case DW_FORM_addrx:
    case DW_FORM_loclistx:
    case DW_FORM_rnglistx:
    case DW_FORM_ref_udata:
      (void)at.uleb();
      break;
    case DW_FORM_exprloc:
    case DW_FORM_block:
      at.skip(at.uleb());
      break;
    case DW_FORM_block1:
      at.skip(at.u8());
      break;
    case DW_FORM_block2:
      at.skip(at.u16());
      break;
    case DW_FORM_block4:
      at.skip(at.u32());
      break;
    case DW_FORM_string:
      (void)at.text();
      break;
    case DW_FORM_indirect: {
      const std::uint64_t real = at.uleb();
      return real != DW_FORM_indirect && real != DW_FORM_implicit_const && skip_form(at, real);
    }
    default:
      return false;
  }
  return at.ok();
}

Abbreviations read_abbreviations(Bytes section, std::uint64_t offset, std::size_t& budget) {
  Abbreviations table;
  if (offset > section.size()) return table;
  Cursor at(section, std::size_t(offset));
  while (at.ok()) {
    Abbreviation row;
    row.code = at.uleb();
    if (row.code == 0 || !at.ok()) break;
    row.tag = std::uint16_t(at.uleb());
    row.children = at.u8() != 0;
    row.first = std::uint32_t(table.forms.size());
    row.is_fixed = true;
    for (;;) {
      AttributeForm form;
      form.name = std::uint16_t(at.uleb());
      form.form = std::uint16_t(at.uleb());
      if (form.form == DW_FORM_implicit_const) form.constant = at.sleb();
      if (!at.ok() || (form.name == 0 && form.form == 0)) break;
      if (budget == 0) return table;
      --budget;
      const int bytes = fixed_bytes(form.form);
      row.is_fixed = row.is_fixed && bytes >= 0;
      if (bytes > 0) row.fixed += std::uint32_t(bytes);
      table.forms.push_back(form);
    }
    row.count = std::uint32_t(table.forms.size()) - row.first;
    if (!at.ok() || budget == 0) break;
    --budget;
    if (row.code != table.rows.size() + 1) table.by_code.emplace(row.code, std::uint32_t(table.rows.size()));
    table.rows.push_back(row);
  }
  return table;
}

}  // namespace exo::debugger
