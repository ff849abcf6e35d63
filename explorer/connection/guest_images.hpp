// The guest's programs as files of the build: kernel.elf, the stripped programs, and what the explorer must know of
// them. `identity` names the code that would run, so that a recording can say which build it came from: it covers the
// loadable bytes only, not debugging information, which carries the path of the source tree.
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace exo::connection {

struct GuestImages {
  std::filesystem::path directory;
  std::string kernel;                           ///< bytes of kernel.elf
  std::vector<std::uint32_t> gates;             ///< addresses of the instructions that end an event
  std::string debug_vector;                     ///< code for where a debug exception goes
  std::map<std::string, std::string> programs;  ///< stripped ELF files by name
  std::string identity;                         ///< 16 hexadecimal digits
  std::int64_t read = 0;                        ///< when, in seconds since 1970: a file that is newer is another one
};

/// Where the images are: $EXOSCOPE_GUEST_DIR, or guest/ beside the executable or one folder up. Throws InputError.
[[nodiscard]] std::filesystem::path find_guest_directory();

/// Reads and checks the images in `directory`. Throws InputError naming the file and how to build it.
[[nodiscard]] GuestImages load_guest_images(const std::filesystem::path& directory);

/// The two together.
[[nodiscard]] inline GuestImages load_guest_images() { return load_guest_images(find_guest_directory()); }

/// Address of a symbol in the bytes of a 32-bit little-endian MIPS ELF file. Throws InputError mentioning `path`.
[[nodiscard]] std::uint32_t find_symbol(const std::string& elf, const std::string& name, const std::string& path);

/// The list of gates in the bytes of a kernel: 1 to kMostGates instructions of the kernel's part of memory. Throws
/// InputError mentioning `path`.
[[nodiscard]] std::vector<std::uint32_t> find_gates(const std::string& elf, const std::string& path);

/// What a kernel wants at the debug vector, which is in the machine's ROM; empty when it has nothing. Throws InputError
/// mentioning `path`.
[[nodiscard]] std::string find_debug_vector(const std::string& elf, const std::string& path);

/// Adds what an ELF file would load (entry, addresses, bytes) to a running 64-bit FNV-1a hash. Throws InputError.
[[nodiscard]] std::uint64_t hash_loadable(std::uint64_t hash, const std::string& elf, const std::string& path);

}  // namespace exo::connection
