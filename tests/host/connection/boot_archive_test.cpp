// The boot archive: what the kernel's reader expects of newc, the same bytes for the same contents, and clear refusals.
#include "explorer/connection/boot_archive.hpp"

#include <gtest/gtest.h>

#include <cstring>

#include "explorer/common/error.hpp"

namespace exo::connection {
namespace {

// An independent reader of newc, after cpio(5).
std::map<std::string, std::string> read_cpio(const std::string& bytes) {
  std::map<std::string, std::string> files;
  std::size_t at = 0;
  const auto number = [&](std::size_t field) { return std::stoul(bytes.substr(at + 6 + field * 8, 8), nullptr, 16); };
  const auto aligned = [](std::size_t value) { return (value + 3) & ~std::size_t{3}; };
  for (;;) {
    EXPECT_EQ(at % 4, 0u);
    if (bytes.compare(at, 6, "070701") != 0) return {};
    const std::size_t size = number(6), name_size = number(11);
    const std::string name = bytes.substr(at + 110, name_size - 1);
    EXPECT_EQ(bytes[at + 110 + name_size - 1], '\0');
    const std::size_t data = aligned(at + 110 + name_size);
    if (name == "TRAILER!!!") return files;
    files[name] = bytes.substr(data, size);
    at = aligned(data + size);
  }
}

abi::Manifest manifest_of(std::initializer_list<const char*> programs) {
  abi::Manifest manifest{};
  manifest.magic = abi::kManifestMagic;
  for (const char* program : programs) std::strncpy(manifest.entry[manifest.entries++].program, program, 15);
  return manifest;
}

const std::map<std::string, std::string> kPrograms{
    {"arbiter", "first program"}, {"polite", "abc"}, {"slow", std::string(5000, 's')}, {"saver", ""}};

TEST(BootArchive, HoldsWhatItWasGiven) {
  const std::map<std::string, std::string> files{{"a", ""}, {"bb", "1"}, {"ccc", "12"}, {"dddd", "123"}, {"e", "1234"}};
  EXPECT_EQ(read_cpio(make_cpio(files)), files);
  EXPECT_EQ(make_cpio(files), make_cpio(files));
  EXPECT_EQ(make_cpio(files).size() % 512, 0u);
}

TEST(BootArchive, TakesTheProgramsOfTheManifestAndNoOthers) {
  const abi::Manifest manifest = manifest_of({"slow", "polite", "slow"});
  const auto files = read_cpio(make_boot_archive(kPrograms, manifest));
  ASSERT_EQ(files.size(), 4u);
  EXPECT_EQ(files.at("first"), "first program");
  EXPECT_EQ(files.at("polite"), "abc");
  EXPECT_EQ(files.at("slow"), kPrograms.at("slow"));
  ASSERT_EQ(files.at("manifest").size(), sizeof manifest);
  EXPECT_EQ(std::memcmp(files.at("manifest").data(), &manifest, sizeof manifest), 0);
}

TEST(BootArchive, AnUnknownProgramIsRefusedWithTheKnownOnes) {
  try {
    static_cast<void>(make_boot_archive(kPrograms, manifest_of({"greedy"})));
    FAIL();
  } catch (const InputError& error) {
    EXPECT_STREQ(error.what(), "there is no program 'greedy' for the machine; there are: arbiter, polite, saver, slow");
  }
}

TEST(BootArchive, AHostileManifestStaysInsideItsTable) {
  abi::Manifest manifest = manifest_of({"polite"});
  manifest.entries = 0xffff'ffff;
  std::memset(manifest.entry[0].program, 'x', sizeof manifest.entry[0].program);  // no end
  EXPECT_THROW(static_cast<void>(make_boot_archive(kPrograms, manifest)), InputError);
}

TEST(BootArchive, TooLargeIsRefused) {
  EXPECT_THROW(static_cast<void>(make_cpio({{"big", std::string(17u << 20, 'x')}})), InputError);
  EXPECT_THROW(static_cast<void>(make_cpio({{"", "x"}})), InputError);
  EXPECT_THROW(static_cast<void>(make_cpio({{"TRAILER!!!", "x"}})), InputError);
}

}  // namespace
}  // namespace exo::connection
