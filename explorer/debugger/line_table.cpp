#include "explorer/debugger/line_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "explorer/debugger/dwarf_forms.hpp"

namespace exo::debugger {
namespace {

constexpr std::size_t kMostRows = 1u << 22;
constexpr std::size_t kMostFiles = 1u << 14;  // of one unit
constexpr std::size_t kMostFormats = 64;
constexpr std::size_t kMostSteps = 1u << 25;  // of all programs together: units may name overlapping ones

struct Name {
  std::string_view path;
  std::uint64_t directory = 0;
  std::optional<Md5> md5;
};

class Reader {
 public:
  Reader(const Dwarf& dwarf, const ElfImage& image, LineTable& table) : dwarf_(dwarf), image_(image), table_(table) {}

  void read(std::uint64_t offset) {
    const Bytes section = dwarf_.line_section();
    if (offset >= section.size()) return damaged(offset);
    Cursor length(section, std::size_t(offset));
    const std::uint32_t bytes = length.u32();
    if (!length.ok() || bytes > length.left()) return damaged(offset);
    Cursor at(section.first(length.at() + bytes), length.at());
    const unsigned version = at.u16();
    if (version != 4 && version != 5) return;
    if (version == 5 && (at.u8() != 4 || at.u8() != 0)) return;  // bytes of an address, of a segment
    const std::uint32_t header = at.u32();
    if (!at.ok() || header > at.left()) return damaged(offset);
    const std::size_t program = at.at() + header;
    instruction_bytes_ = at.u8();
    at.skip(1);  // operations in an instruction: of machines with long words only
    starts_as_statement_ = at.u8() != 0;
    line_base_ = std::int8_t(at.u8());
    line_range_ = at.u8();
    const unsigned first_special = at.u8();
    if (!at.ok() || line_range_ == 0 || first_special == 0) return damaged(offset);
    std::array<std::uint8_t, 256> operands{};
    for (unsigned i = 1; i < first_special; ++i) operands[i] = at.u8();
    std::vector<Name> directories, files;
    if (version == 5) {
      directories = names(at);
      files = names(at);
    } else {
      names_4(at, directories, files);
    }
    if (!at.ok()) return damaged(offset);
    files_.clear();
    for (const Name& file : files) files_.push_back(number_of(file, directories));
    table_.unit_files[offset] = files_;
    run(Cursor(section.first(length.at() + bytes), program), first_special, operands);
  }

 private:
  void damaged(std::uint64_t offset) { table_.problem = fmt::format("the line table is damaged at 0x{:x}", offset); }

  std::vector<Name> names(Cursor& at) {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> formats(at.u8());
    if (formats.size() > kMostFormats) at.fail();
    for (auto& [content, form] : formats) content = at.uleb(), form = at.uleb();
    std::vector<Name> found;
    const std::uint64_t count = at.uleb();
    if (formats.empty() || count > kMostFiles) {
      if (count != 0) at.fail();
      return found;
    }
    for (std::uint64_t i = 0; i < count && at.ok() && steps_++ < kMostSteps; ++i) {
      Name name;
      for (const auto& [content, form] : formats) read_name_part(at, content, form, name);
      found.push_back(name);
    }
    return found;
  }

  /// Of version 4. Counted from 1: the first of each stands for the folder and the source of the unit, which has no
  /// name here.
  void names_4(Cursor& at, std::vector<Name>& directories, std::vector<Name>& files) {
    directories.emplace_back();
    files.emplace_back();
    while (at.ok() && directories.size() < kMostFiles) {
      const std::string_view path = at.text();
      if (path.empty()) break;
      directories.emplace_back().path = path;
    }
    while (at.ok() && files.size() < kMostFiles) {
      const std::string_view path = at.text();
      if (path.empty()) break;
      Name& file = files.emplace_back();
      file.path = path;
      file.directory = at.uleb();
      (void)at.uleb();  // time
      (void)at.uleb();  // length
    }
  }

  void read_name_part(Cursor& at, std::uint64_t content, std::uint64_t form, Name& name) const {
    if (content == DW_LNCT_path && form == DW_FORM_string) {
      name.path = at.text();
    } else if (content == DW_LNCT_path && (form == DW_FORM_line_strp || form == DW_FORM_strp)) {
      const Bytes strings = form == DW_FORM_strp ? dwarf_.strings() : dwarf_.line_strings();
      const std::uint32_t offset = at.u32();
      if (at.ok()) name.path = Cursor(strings, offset).text();
    } else if (content == DW_LNCT_directory_index && form == DW_FORM_udata) {
      name.directory = at.uleb();
    } else if (content == DW_LNCT_directory_index && (form == DW_FORM_data1 || form == DW_FORM_data2)) {
      name.directory = at.number(form == DW_FORM_data1 ? 1 : 2);
    } else if (content == DW_LNCT_MD5 && form == DW_FORM_data16) {
      const Bytes bytes = at.bytes(16);
      if (bytes.size() == 16) std::memcpy(name.md5.emplace().data(), bytes.data(), 16);
    } else if (!skip_form(at, form)) {
      at.fail();
    }
  }

  /// Its place among the files of the whole program.
  std::uint32_t number_of(const Name& file, const std::vector<Name>& directories) {
    std::string path;
    if (!file.path.starts_with('/') && file.directory < directories.size() &&
        !directories[std::size_t(file.directory)].path.empty())
      path = std::string(directories[std::size_t(file.directory)].path) + '/';
    path = plain_path(path.append(file.path));
    const auto [place, is_new] = numbers_.try_emplace(path, std::uint32_t(table_.files.size()));
    if (is_new) table_.files.push_back({path, file.md5});
    SourceFile& known = table_.files[place->second];
    if (file.md5 && !is_zero(*file.md5)) known.md5 = file.md5;
    return place->second;
  }
  static bool is_zero(const Md5& md5) { return md5 == Md5{}; }

  void run(Cursor at, unsigned first_special, const std::array<std::uint8_t, 256>& operands) {
    LineRow row;
    std::uint64_t file = 1;
    const auto reset = [&] {
      row = {};
      row.line = 1;
      row.is_statement = starts_as_statement_;
      file = 1;
      begin_ = table_.rows.size();
    };
    const auto emit = [&] {
      if (table_.rows.size() >= kMostRows) return at.fail();
      row.file = file < files_.size() ? files_[std::size_t(file)] : unknown_file();
      table_.rows.push_back(row);
      row.ends_prologue = false;
    };
    reset();
    while (!at.done() && steps_++ < kMostSteps) {
      const unsigned operation = at.u8();
      if (operation >= first_special) {
        const unsigned adjusted = operation - first_special;
        row.address += instruction_bytes_ * (adjusted / line_range_);
        row.line += std::uint32_t(line_base_ + int(adjusted % line_range_));
        emit();
        continue;
      }
      switch (operation) {
        case 0: {
          const std::uint64_t bytes = at.uleb();
          Cursor extended(at.bytes(bytes));
          const unsigned what = extended.u8();
          if (what == DW_LNE_end_sequence) {
            row.is_end = true;
            emit();
            close_sequence();
            reset();
          } else if (what == DW_LNE_set_address && bytes == 5) {
            row.address = extended.u32();
          }
          break;
        }
        case DW_LNS_copy:
          emit();
          break;
        case DW_LNS_advance_pc:
          row.address += instruction_bytes_ * std::uint32_t(at.uleb());
          break;
        case DW_LNS_advance_line:
          row.line += std::uint32_t(at.sleb());
          break;
        case DW_LNS_set_file:
          file = at.uleb();
          break;
        case DW_LNS_set_column:
          row.column = std::uint16_t(std::min<std::uint64_t>(at.uleb(), 0xffff));
          break;
        case DW_LNS_negate_stmt:
          row.is_statement = !row.is_statement;
          break;
        case DW_LNS_set_basic_block:
        case DW_LNS_set_epilogue_begin:
          break;
        case DW_LNS_const_add_pc:
          row.address += instruction_bytes_ * ((255 - first_special) / line_range_);
          break;
        case DW_LNS_fixed_advance_pc:
          row.address += at.u16();
          break;
        case DW_LNS_set_prologue_end:
          row.ends_prologue = true;
          break;
        default:
          for (unsigned i = 0; i < operands[operation]; ++i) (void)at.uleb();
      }
    }
    table_.rows.resize(begin_);  // no end: nobody knows how far it reaches
  }

  /// Keeps a run of rows only if it is of code, goes upwards and is not of a function that was left out.
  void close_sequence() {
    auto& rows = table_.rows;
    const bool keep = rows.size() - begin_ >= 2 && image_.is_code(rows[begin_].address) &&
                      image_.is_code(rows.back().address - 1) && rows[begin_].address < rows.back().address &&
                      std::is_sorted(rows.begin() + std::ptrdiff_t(begin_), rows.end(),
                                     [](const LineRow& a, const LineRow& b) { return a.address < b.address; });
    if (!keep) rows.resize(begin_);
    begin_ = rows.size();
  }

  std::uint32_t unknown_file() {
    const auto [place, is_new] = numbers_.try_emplace("", std::uint32_t(table_.files.size()));
    if (is_new) table_.files.push_back({});
    return place->second;
  }

  const Dwarf& dwarf_;
  const ElfImage& image_;
  LineTable& table_;
  std::map<std::string, std::uint32_t> numbers_;
  std::vector<std::uint32_t> files_;  ///< of this unit
  std::size_t begin_ = 0;             ///< of the run of rows that is being read
  std::size_t steps_ = 0;
  std::uint32_t instruction_bytes_ = 1;
  std::uint8_t line_range_ = 1;
  std::int8_t line_base_ = 0;
  bool starts_as_statement_ = false;
};

}  // namespace

std::string plain_path(std::string_view path) {
  std::vector<std::string_view> parts;
  const bool absolute = path.starts_with('/');
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, slash);
    path.remove_prefix(std::min(slash + 1, path.size()));
    if (part.empty() || part == ".") continue;
    if (part == ".." && !parts.empty() && parts.back() != "..")
      parts.pop_back();
    else
      parts.push_back(part);
  }
  return fmt::format("{}{}", absolute ? "/" : "", fmt::join(parts, "/"));
}

LineTable read_lines(const Dwarf& dwarf, const ElfImage& image) {
  LineTable table;
  Reader reader(dwarf, image, table);
  std::set<std::uint64_t> seen;  // units may share one
  for (std::size_t i = 0; i < dwarf.units(); ++i)
    if (const auto lines = dwarf.head(i).lines; lines && seen.insert(*lines).second) reader.read(*lines);
  std::vector<std::pair<std::size_t, std::size_t>> runs;
  for (std::size_t i = 0, begin = 0; i < table.rows.size(); ++i)
    if (table.rows[i].is_end) runs.emplace_back(begin, i + 1), begin = i + 1;
  std::stable_sort(runs.begin(), runs.end(), [&](const auto& a, const auto& b) {
    return table.rows[a.first].address < table.rows[b.first].address;
  });
  std::vector<LineRow> sorted;
  sorted.reserve(table.rows.size());
  for (const auto& [begin, end] : runs) {
    if (!sorted.empty() && table.rows[begin].address < sorted.back().address) continue;  // overlaps: not to be trusted
    sorted.insert(sorted.end(), table.rows.begin() + std::ptrdiff_t(begin), table.rows.begin() + std::ptrdiff_t(end));
  }
  table.rows = std::move(sorted);
  return table;
}

const LineRow* LineTable::find(std::uint32_t address) const {
  const auto next = std::upper_bound(rows.begin(), rows.end(), address,
                                     [](std::uint32_t at, const LineRow& row) { return at < row.address; });
  if (next == rows.begin()) return nullptr;
  const LineRow& row = *(next - 1);
  return row.is_end ? nullptr : &row;
}

}  // namespace exo::debugger
