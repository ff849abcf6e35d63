#include "explorer/connection/boot_archive.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "explorer/common/error.hpp"
#include "kernel/abi/memory_layout.hpp"

namespace exo::connection {

namespace {

// RAM above the exported frames belongs to the archive; QEMU places it at the top, page aligned.
constexpr std::size_t kArchiveLimit =
    abi::kRamBytes - abi::kFramesPhysical - std::size_t(abi::kFrameCount) * abi::kPageSize - 2 * abi::kPageSize;
constexpr std::uint32_t kRegularFile = 0100644;

void pad_to_word(std::string& out) { out.resize((out.size() + 3) & ~std::size_t{3}, '\0'); }

void add_entry(std::string& out, std::uint32_t inode, const std::string& name, const std::string& bytes) {
  const std::uint32_t mode = inode == 0 ? 0 : kRegularFile;
  const std::uint32_t links = 1;
  out += fmt::format("070701{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}", inode,
                     mode, 0, 0, links, 0, bytes.size(), 0, 0, 0, 0, name.size() + 1, 0);
  out += name;
  out += '\0';
  pad_to_word(out);
  out += bytes;
  pad_to_word(out);
}

}  // namespace

std::string make_cpio(const std::map<std::string, std::string>& files) {
  std::string out;
  std::uint32_t inode = 1;
  for (const auto& [name, bytes] : files) {
    if (name.empty() || name.size() > 255 || name.find('\0') != std::string::npos || name == "TRAILER!!!")
      throw InputError(
          fmt::format("boot archive: a file cannot be called '{}'; use 1 to 255 ordinary characters", name));
    if (bytes.size() > kArchiveLimit || out.size() + bytes.size() > kArchiveLimit)
      throw InputError(
          fmt::format("boot archive: '{}' does not fit into the {} KiB of memory left for it; use smaller programs",
                      name, kArchiveLimit / 1024));
    add_entry(out, inode++, name, bytes);
  }
  add_entry(out, 0, "TRAILER!!!", {});
  out.resize((out.size() + 511) & ~std::size_t{511}, '\0');
  if (out.size() > kArchiveLimit)
    throw InputError(fmt::format("boot archive: {} KiB do not fit into the {} KiB of memory left for it",
                                 out.size() / 1024, kArchiveLimit / 1024));
  return out;
}

std::string make_boot_archive(const std::map<std::string, std::string>& programs, const abi::Manifest& manifest,
                              const std::string& first, const std::map<std::string, std::string>& more) {
  const auto find = [&](const std::string& name) -> const std::string& {
    if (const auto found = programs.find(name); found != programs.end()) return found->second;
    std::string known;
    for (const auto& [program, bytes] : programs) known += (known.empty() ? "" : ", ") + program;
    throw InputError(
        fmt::format("there is no program '{}' for the machine; there are: {}", name, known.empty() ? "none" : known));
  };
  std::map<std::string, std::string> files = more;
  files["first"] = find(first);
  std::string manifest_bytes(sizeof manifest, '\0');
  std::memcpy(manifest_bytes.data(), &manifest, sizeof manifest);
  files["manifest"] = std::move(manifest_bytes);
  const std::uint32_t entries = std::min(manifest.entries, std::uint32_t(std::size(manifest.entry)));
  for (std::uint32_t i = 0; i < entries; ++i) {
    const char* name = manifest.entry[i].program;
    const std::string program(name, ::strnlen(name, sizeof manifest.entry[i].program));
    files.emplace(program, find(program));
  }
  return make_cpio(files);
}

}  // namespace exo::connection
