// Line tables through libdw. The objects are not linked: their code begins at 0, so are their addresses.
#include "explorer/debugger/source_lines.hpp"

#include <elfutils/libdw.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace exo::debugger {
namespace {

constexpr std::size_t kInstructionBytes = 8;
constexpr std::size_t kMostInstructions = 4096;
constexpr std::size_t kMostLines = 20'000;

std::string code_of(Elf* elf) {
  std::size_t names = 0;
  if (elf_getshdrstrndx(elf, &names) != 0) return "";
  for (Elf_Scn* section = elf_nextscn(elf, nullptr); section != nullptr; section = elf_nextscn(elf, section)) {
    GElf_Shdr header;
    if (gelf_getshdr(section, &header) == nullptr || header.sh_type != SHT_PROGBITS) continue;
    const char* name = elf_strptr(elf, names, header.sh_name);
    if (name == nullptr || std::string_view(name) != ".text") continue;
    const Elf_Data* data = elf_rawdata(section, nullptr);
    if (data == nullptr || data->d_buf == nullptr) return "";
    return {static_cast<const char*>(data->d_buf), data->d_size};
  }
  return "";
}

/// The unit's own lines. What was inlined from other files counts for the line that it stands in.
void lines_of(Dwarf* dwarf, SourceLines& out) {
  Dwarf_Off offset = 0, next = 0;
  std::size_t header = 0;
  while (dwarf_nextcu(dwarf, offset, &next, &header, nullptr, nullptr, nullptr) == 0) {
    Dwarf_Die unit;
    Dwarf_Lines* lines = nullptr;
    std::size_t count = 0;
    if (dwarf_offdie(dwarf, offset + header, &unit) == nullptr) return;
    offset = next;
    const char* name = dwarf_diename(&unit);
    if (name == nullptr || dwarf_getsrclines(&unit, &lines, &count) != 0) continue;
    out.file = name;
    std::uint32_t own = 0;
    std::size_t from = 0;
    for (std::size_t i = 0; i < count; ++i) {
      Dwarf_Line* line = dwarf_onesrcline(lines, i);
      Dwarf_Addr address = 0;
      int number = 0;
      bool end = false;
      if (dwarf_lineaddr(line, &address) != 0 || dwarf_lineno(line, &number) != 0) continue;
      const char* file = dwarf_linesrc(line, nullptr, nullptr);
      dwarf_lineendsequence(line, &end);
      const auto at = std::min(std::size_t(address / kInstructionBytes), out.lines.size());
      for (; from < at; ++from) out.lines[from] = own;
      if (end) break;
      if (file != nullptr && std::string_view(file).ends_with(out.file) && number > 0) own = std::uint32_t(number);
    }
    for (; from < out.lines.size(); ++from) out.lines[from] = own;
    return;  // one unit an object
  }
}

}  // namespace

void Sources::read_object(const std::string& path, const std::string& source) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  Elf* elf = elf_begin(file, ELF_C_READ_MMAP, nullptr);
  if (elf != nullptr) {
    SourceLines found;
    std::string code = code_of(elf);
    found.lines.resize(std::min(code.size() / kInstructionBytes, kMostInstructions));
    if (Dwarf* dwarf = dwarf_begin_elf(elf, DWARF_C_READ, nullptr); dwarf != nullptr) {
      lines_of(dwarf, found);
      dwarf_end(dwarf);
    }
    std::ifstream text(source);
    for (std::string line; found.text.size() < kMostLines && std::getline(text, line);) found.text.push_back(line);
    if (!found.file.empty() && !code.empty()) by_code_.insert_or_assign(std::move(code), std::move(found));
    elf_end(elf);
  }
  close(file);
}

void Sources::read() {
  read_ = true;
  if (directory_.empty() || elf_version(EV_CURRENT) == EV_NONE) return;
  std::error_code error;
  constexpr std::string_view kEnding = ".bpf.o";
  for (const auto& entry : std::filesystem::directory_iterator(directory_, error)) {
    const std::string path = entry.path().string();
    if (!path.ends_with(kEnding)) continue;
    read_object(path, path.substr(0, path.size() - 2) + ".cpp");
  }
}

const SourceLines* Sources::find(std::string_view code) {
  if (!read_) read();
  const auto found = by_code_.find(code);
  return found == by_code_.end() ? nullptr : &found->second;
}

}  // namespace exo::debugger
