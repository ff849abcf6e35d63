#include "explorer/connection/guest_images.hpp"

#include <fmt/format.h>
#include <gelf.h>
#include <libelf.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <string_view>
#include <vector>

#include "explorer/common/error.hpp"
#include "explorer/connection/gate_list.hpp"
#include "kernel/abi/memory_layout.hpp"

namespace exo::connection {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kHashStart = 0xcbf2'9ce4'8422'2325;
constexpr std::uint64_t kHashPrime = 0x100'0000'01b3;
constexpr std::uintmax_t kLargestImage = 256u << 20;
constexpr std::uint32_t kMostDebugVector = 128;  // bytes: QEMU's boot loader begins behind
constexpr const char* kHowToBuild = "build the guest first (./exoscope does it) or set EXOSCOPE_GUEST_DIR";

std::uint64_t hash_bytes(std::uint64_t hash, std::string_view bytes) {
  for (const char byte : bytes) hash = (hash ^ std::uint8_t(byte)) * kHashPrime;
  return hash;
}

std::uint64_t hash_number(std::uint64_t hash, std::uint64_t number) {
  for (int shift = 0; shift < 64; shift += 8) hash = (hash ^ ((number >> shift) & 0xff)) * kHashPrime;
  return hash;
}

std::string read_image(const fs::path& path) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(path, error);
  if (error) throw InputError(fmt::format("{}: {}; {}", path.string(), error.message(), kHowToBuild));
  if (size > kLargestImage)
    throw InputError(fmt::format("{}: is too large to be a program for the machine", path.string()));
  std::ifstream in(path, std::ios::binary);
  std::string bytes(std::size_t(size), '\0');
  in.read(bytes.data(), std::streamsize(size));
  if (!in) throw InputError(fmt::format("{}: cannot be read; {}", path.string(), kHowToBuild));
  return bytes;
}

using ElfHandle = std::unique_ptr<Elf, int (*)(Elf*)>;

// libelf may write into the memory it is given, so it gets a copy that lives as long as the handle.
class ElfFile {
 public:
  ElfFile(const std::string& bytes, const std::string& path) : bytes_(bytes), path_(path), elf_(nullptr, elf_end) {
    elf_version(EV_CURRENT);
    elf_.reset(elf_memory(bytes_.data(), bytes_.size()));
    if (!elf_ || elf_kind(elf_.get()) != ELF_K_ELF || !gelf_getehdr(elf_.get(), &header_)) fail("is not an ELF file");
    if (gelf_getclass(elf_.get()) != ELFCLASS32 || header_.e_machine != EM_MIPS ||
        header_.e_ident[EI_DATA] != ELFDATA2LSB)
      fail("is not a program for 32-bit little-endian MIPS");
  }
  [[noreturn]] void fail(const char* what) const {
    throw InputError(fmt::format("{}: {}; {}", path_, what, kHowToBuild));
  }
  /// Copies what is at `address` once the file is loaded.
  void read_loaded(std::uint32_t address, std::uint32_t bytes, void* to) const {
    std::size_t count = 0;
    if (elf_getphdrnum(elf_.get(), &count) != 0) count = 0;
    for (std::size_t i = 0; i < count; ++i) {
      GElf_Phdr segment;
      if (!gelf_getphdr(elf_.get(), int(i), &segment) || segment.p_type != PT_LOAD) continue;
      const std::uint64_t within = address - segment.p_vaddr;
      if (address < segment.p_vaddr || within > segment.p_filesz || segment.p_filesz - within < bytes) continue;
      if (segment.p_offset > bytes_.size() || segment.p_filesz > bytes_.size() - segment.p_offset) fail("is cut off");
      std::memcpy(to, bytes_.data() + segment.p_offset + within, bytes);
      return;
    }
    fail("has a symbol outside what is loaded");
  }
  [[nodiscard]] Elf* get() const { return elf_.get(); }
  [[nodiscard]] const GElf_Ehdr& header() const { return header_; }
  [[nodiscard]] std::string_view bytes() const { return bytes_; }

 private:
  std::string bytes_;
  std::string path_;
  ElfHandle elf_;
  GElf_Ehdr header_{};
};

std::optional<std::uint32_t> symbol_of(const ElfFile& file, const std::string& name) {
  Elf_Scn* section = nullptr;
  while ((section = elf_nextscn(file.get(), section)) != nullptr) {
    GElf_Shdr header;
    if (!gelf_getshdr(section, &header) || header.sh_type != SHT_SYMTAB || header.sh_entsize == 0) continue;
    Elf_Data* data = elf_getdata(section, nullptr);
    const std::size_t count = data == nullptr ? 0 : data->d_size / header.sh_entsize;
    for (std::size_t i = 0; i < count; ++i) {
      GElf_Sym symbol;
      if (!gelf_getsym(data, int(i), &symbol)) break;
      const char* text = elf_strptr(file.get(), header.sh_link, symbol.st_name);
      if (text != nullptr && symbol.st_shndx != SHN_UNDEF && name == text) return std::uint32_t(symbol.st_value);
    }
  }
  return {};
}

}  // namespace

std::uint32_t find_symbol(const std::string& elf, const std::string& name, const std::string& path) {
  const ElfFile file(elf, path);
  if (const auto value = symbol_of(file, name)) return *value;
  file.fail(("has no symbol " + name).c_str());
}

std::string find_debug_vector(const std::string& elf, const std::string& path) {
  const ElfFile file(elf, path);
  const auto begin = symbol_of(file, "debug_vector"), end = symbol_of(file, "debug_vector_end");
  if (!begin || !end) return {};
  if (*end - *begin > kMostDebugVector) file.fail("has no debug vector that can be right");
  std::string code(*end - *begin, '\0');
  file.read_loaded(*begin, std::uint32_t(code.size()), code.data());
  return code;
}

std::vector<std::uint32_t> find_gates(const std::string& elf, const std::string& path) {
  const std::uint32_t begin = find_symbol(elf, "trace_gates", path);
  const std::uint32_t bytes = find_symbol(elf, "trace_gates_end", path) - begin;
  const ElfFile file(elf, path);
  if (bytes == 0 || bytes % 4 != 0 || bytes / 4 > kMostGates) file.fail("has no list of gates that can be right");
  std::vector<std::uint32_t> gates(bytes / 4);
  file.read_loaded(begin, bytes, gates.data());
  for (const std::uint32_t gate : gates)
    if (gate < abi::kUserEnd || gate % 4 != 0) file.fail("has a gate that is no instruction of a kernel");
  return gates;
}

std::uint64_t hash_loadable(std::uint64_t hash, const std::string& elf, const std::string& path) {
  const ElfFile file(elf, path);
  hash = hash_number(hash, file.header().e_entry);
  std::size_t count = 0;
  if (elf_getphdrnum(file.get(), &count) != 0) file.fail("has no program headers");
  for (std::size_t i = 0; i < count; ++i) {
    GElf_Phdr segment;
    if (!gelf_getphdr(file.get(), int(i), &segment)) file.fail("has damaged program headers");
    if (segment.p_type != PT_LOAD) continue;
    if (segment.p_offset > elf.size() || segment.p_filesz > elf.size() - segment.p_offset) file.fail("is cut off");
    hash = hash_number(hash_number(hash_number(hash, segment.p_vaddr), segment.p_memsz), segment.p_flags);
    hash = hash_bytes(hash, file.bytes().substr(segment.p_offset, segment.p_filesz));
  }
  return hash;
}

fs::path find_guest_directory() {
  if (const char* given = std::getenv("EXOSCOPE_GUEST_DIR"); given != nullptr && *given != '\0') {
    if (fs::exists(fs::path(given) / "kernel.elf")) return given;
    throw InputError(
        fmt::format("EXOSCOPE_GUEST_DIR={}: there is no kernel.elf in it; build the guest or unset it", given));
  }
  std::error_code error;
  const fs::path executable = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (const fs::path& candidate : {executable / "guest", executable.parent_path() / "guest"})
    if (fs::exists(candidate / "kernel.elf", error)) return candidate;
  throw InputError(fmt::format("no kernel.elf in {}: {}", (executable / "guest").string(), kHowToBuild));
}

GuestImages load_guest_images(const fs::path& directory) {
  GuestImages images;
  images.directory = directory;
  images.read = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  const fs::path kernel = directory / "kernel.elf";
  images.kernel = read_image(kernel);
  images.gates = find_gates(images.kernel, kernel.string());
  images.debug_vector = find_debug_vector(images.kernel, kernel.string());
  std::uint64_t hash = hash_loadable(kHashStart, images.kernel, kernel.string());
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory / "boot", error))
    if (entry.is_regular_file(error)) images.programs[entry.path().filename().string()] = read_image(entry.path());
  for (const auto& [name, bytes] : images.programs)
    hash = hash_loadable(hash_bytes(hash, name), bytes, (directory / "boot" / name).string());
  images.identity = fmt::format("{:016x}", hash);
  return images;
}

}  // namespace exo::connection
