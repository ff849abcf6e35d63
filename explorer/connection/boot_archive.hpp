// Makes the boot archive: a cpio file (newc) with the programs, the first program under the name "first", and the
// manifest. The same contents give the same bytes: every field that cpio would take from a file system is fixed.
#pragma once
#include <map>
#include <string>

#include "kernel/abi/boot_manifest.hpp"

namespace exo::connection {

inline constexpr const char* kFirstProgram = "arbiter";  ///< stored as "first", unless the scenario names another

/// newc cpio of the given files, in order of their names. Throws InputError when a name or file cannot be represented
/// or the whole is larger than the part of RAM that is left for it.
[[nodiscard]] std::string make_cpio(const std::map<std::string, std::string>& files);

/// The archive a scenario boots with: "first", "manifest", each program that the manifest names, and `more` files.
/// `programs` are the stripped ELF files by name. Throws InputError for a program that does not exist, saying which
/// there are.
[[nodiscard]] std::string make_boot_archive(const std::map<std::string, std::string>& programs,
                                            const abi::Manifest& manifest, const std::string& first = kFirstProgram,
                                            const std::map<std::string, std::string>& more = {});

}  // namespace exo::connection
