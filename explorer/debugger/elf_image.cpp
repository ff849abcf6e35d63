#include "explorer/debugger/elf_image.hpp"

#include <elf.h>
#include <fmt/format.h>

#include <algorithm>

#include "explorer/common/error.hpp"

namespace exo::debugger {
namespace {

constexpr std::size_t kMostBytes = 64u << 20;
constexpr std::size_t kMostSections = 4096;
constexpr std::size_t kMostSymbols = 1u << 20;

[[noreturn]] void refuse(std::string_view what, std::string_view why) {
  throw InputError(fmt::format("{}: {}", what, why));
}

Bytes part(Bytes all, std::size_t from, std::size_t count) {
  return from > all.size() || count > all.size() - from ? Bytes{} : all.subspan(from, count);
}

}  // namespace

ElfImage::ElfImage(std::string bytes, std::string_view what)
    : file_(std::make_unique<const std::string>(std::move(bytes))) {
  read_sections(what);
  for (const Section& section : sections_) {
    if ((section.flags & SHF_EXECINSTR) != 0 && section.size != 0 && section.address + section.size > section.address)
      code_.push_back({section.address, section.address + section.size});
    if (section.type == SHT_SYMTAB) read_symbols(section);
  }
  std::stable_sort(symbols_.begin(), symbols_.end(), [](const ElfSymbol& a, const ElfSymbol& b) {
    return a.address != b.address ? a.address < b.address : a.function < b.function;
  });
}

void ElfImage::read_sections(std::string_view what) {
  const Bytes all = std::as_bytes(std::span(*file_));
  if (all.size() > kMostBytes)
    refuse(what, fmt::format("more than {} MiB: not a program of the machine", kMostBytes >> 20));
  if (all.size() < sizeof(Elf32_Ehdr) || file_->compare(0, 4, "\177ELF") != 0) refuse(what, "not an ELF file");
  Elf32_Ehdr header;
  std::memcpy(&header, all.data(), sizeof header);
  if (header.e_ident[EI_CLASS] != ELFCLASS32 || header.e_ident[EI_DATA] != ELFDATA2LSB || header.e_machine != EM_MIPS)
    refuse(what, "not a program for this machine (32-bit little-endian MIPS)");
  if (header.e_shnum == 0) return;
  if (header.e_shentsize != sizeof(Elf32_Shdr) || header.e_shnum > kMostSections)
    refuse(what, "the table of sections is damaged");
  const Bytes table = part(all, header.e_shoff, header.e_shnum * sizeof(Elf32_Shdr));
  if (table.empty()) refuse(what, "the table of sections lies outside of the file");
  std::vector<std::uint32_t> names;
  for (std::size_t i = 0; i < header.e_shnum; ++i) {
    Elf32_Shdr section;
    std::memcpy(&section, table.data() + i * sizeof section, sizeof section);
    // Compressed sections are not made here; what they would grow to is the file's to say, so they are left alone.
    const bool in_file = section.sh_type != SHT_NOBITS && section.sh_type != SHT_NULL;
    const Bytes content =
        in_file && (section.sh_flags & SHF_COMPRESSED) == 0 ? part(all, section.sh_offset, section.sh_size) : Bytes{};
    sections_.push_back(
        {{}, section.sh_type, section.sh_flags, section.sh_addr, section.sh_size, section.sh_link, content});
    names.push_back(section.sh_name);
  }
  if (header.e_shstrndx >= sections_.size()) return;
  const Bytes strings = sections_[header.e_shstrndx].bytes;
  for (std::size_t i = 0; i < sections_.size(); ++i) sections_[i].name = Cursor(strings, names[i]).text();
}

void ElfImage::read_symbols(const Section& table) {
  if (table.link >= sections_.size()) return;
  const Bytes strings = sections_[table.link].bytes;
  const std::size_t count = std::min(table.bytes.size() / sizeof(Elf32_Sym), kMostSymbols);
  for (std::size_t i = 0; i < count; ++i) {
    Elf32_Sym symbol;
    std::memcpy(&symbol, table.bytes.data() + i * sizeof symbol, sizeof symbol);
    const unsigned type = ELF32_ST_TYPE(symbol.st_info);
    if (type == STT_SECTION || type == STT_FILE || symbol.st_shndx == SHN_UNDEF || symbol.st_shndx == SHN_ABS) continue;
    const std::string_view name = Cursor(strings, symbol.st_name).text();
    if (name.empty() || name.starts_with(".L") || name.starts_with("$")) continue;
    symbols_.push_back({symbol.st_value, symbol.st_size, name, type == STT_FUNC});
  }
}

Bytes ElfImage::section(std::string_view name) const {
  for (const Section& section : sections_)
    if (section.name == name) return section.bytes;
  return {};
}

const ElfSymbol* ElfImage::symbol_at(std::uint32_t address) const {
  const auto home = std::find_if(sections_.begin(), sections_.end(), [&](const Section& section) {
    return (section.flags & SHF_ALLOC) != 0 && address - section.address < section.size;
  });
  if (home == sections_.end()) return nullptr;
  auto next = std::upper_bound(symbols_.begin(), symbols_.end(), address,
                               [](std::uint32_t at, const ElfSymbol& symbol) { return at < symbol.address; });
  constexpr int kMostLooks = 256;
  const ElfSymbol* label = nullptr;  // of assembly; the function that it stands in counts, if there is one
  for (int looks = 0; next != symbols_.begin() && looks < kMostLooks; ++looks) {
    --next;
    if (next->address < home->address) break;
    const bool holds = next->size == 0 || address - next->address < next->size;
    if (next->function) return holds ? &*next : label;
    if (holds && label == nullptr) label = &*next;
  }
  return label;
}

const ElfSymbol* ElfImage::symbol(std::string_view name) const {
  const auto found = std::find_if(symbols_.begin(), symbols_.end(), [&](const ElfSymbol& s) { return s.name == name; });
  return found == symbols_.end() ? nullptr : &*found;
}

bool ElfImage::is_code(std::uint32_t address) const {
  return std::any_of(code_.begin(), code_.end(), [&](const AddressRange& range) { return range.holds(address); });
}

Bytes ElfImage::loaded(std::uint32_t address, std::size_t count) const {
  for (const Section& section : sections_)
    if ((section.flags & SHF_ALLOC) != 0 && address >= section.address &&
        address - section.address < section.bytes.size())
      return section.bytes.subspan(address - section.address,
                                   std::min(count, section.bytes.size() - (address - section.address)));
  return {};
}

}  // namespace exo::debugger
