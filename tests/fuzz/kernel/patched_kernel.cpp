#include "tests/fuzz/kernel/patched_kernel.hpp"

#include <elf.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <vector>

#include "explorer/connection/guest_images.hpp"

namespace exo::test {
namespace {

template <class Entry>
std::vector<Entry> entries(const std::string& elf, std::size_t offset, std::size_t count) {
  if (offset > elf.size() || count > (elf.size() - offset) / sizeof(Entry)) throw std::runtime_error("a cut ELF file");
  std::vector<Entry> all(count);
  if (count != 0) std::memcpy(all.data(), elf.data() + offset, count * sizeof(Entry));
  return all;
}

/// Address of the one function whose name begins like this.
std::uint32_t address_of(const std::string& elf, const std::string& function) {
  const auto header = entries<Elf32_Ehdr>(elf, 0, 1)[0];
  std::uint32_t address = 0;
  for (const auto& section : entries<Elf32_Shdr>(elf, header.e_shoff, header.e_shnum)) {
    if (section.sh_type != SHT_SYMTAB) continue;
    const auto names = entries<Elf32_Shdr>(elf, header.e_shoff, header.e_shnum).at(section.sh_link);
    for (const auto& symbol : entries<Elf32_Sym>(elf, section.sh_offset, section.sh_size / sizeof(Elf32_Sym))) {
      const std::string name = elf.data() + names.sh_offset + symbol.st_name;
      if (ELF32_ST_TYPE(symbol.st_info) != STT_FUNC || !name.starts_with(function)) continue;
      if (address != 0) throw std::runtime_error("more than one function begins with " + function);
      address = symbol.st_value;
    }
  }
  if (address == 0) throw std::runtime_error("the kernel has no function " + function);
  return address;
}

std::size_t offset_of(const std::string& elf, std::uint32_t address) {
  const auto header = entries<Elf32_Ehdr>(elf, 0, 1)[0];
  for (const auto& segment : entries<Elf32_Phdr>(elf, header.e_phoff, header.e_phnum))
    if (segment.p_type == PT_LOAD && address - segment.p_vaddr < segment.p_filesz)
      return segment.p_offset + (address - segment.p_vaddr);
  throw std::runtime_error("the function lies in no segment");
}

}  // namespace

void plant_fault(const std::string& folder, const std::string& function) {
  namespace fs = std::filesystem;
  const fs::path built = connection::find_guest_directory();
  std::ifstream file(built / "kernel.elf", std::ios::binary);
  std::string elf{std::istreambuf_iterator<char>(file), {}};
  const std::uint32_t code[2] = {0x03e0'0008, 0x0000'1021};  // jr ra; move v0, zero in the delay slot
  std::memcpy(elf.data() + offset_of(elf, address_of(elf, function)), code, sizeof code);
  std::ofstream(fs::path(folder) / "kernel.elf", std::ios::binary) << elf;
  for (const char* name : {"boot", "programs"}) fs::create_directory_symlink(built / name, fs::path(folder) / name);
}

}  // namespace exo::test
