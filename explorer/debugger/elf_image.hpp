// A program's ELF file as bytes in memory: sections, symbols, what it loads. 32-bit little-endian MIPS only. The file
// is read as a whole, so that one that is built anew meanwhile changes nothing here.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "explorer/debugger/bytes.hpp"

namespace exo::debugger {

struct ElfSymbol {
  std::uint32_t address = 0, size = 0;  ///< size 0: up to the next one
  std::string_view name;
  bool function = false;
};

struct AddressRange {
  std::uint32_t first = 0, last = 0;  ///< [first, last)
  [[nodiscard]] bool holds(std::uint32_t address) const { return first <= address && address < last; }
  friend bool operator==(const AddressRange&, const AddressRange&) = default;
};

class ElfImage {
 public:
  /// Throws InputError mentioning `what`.
  ElfImage(std::string bytes, std::string_view what);

  [[nodiscard]] Bytes section(std::string_view name) const;  ///< empty: there is none
  /// Functions, objects and labels, by address. Local names of the compiler (".L...") are left out.
  [[nodiscard]] const std::vector<ElfSymbol>& symbols() const { return symbols_; }
  /// The one that `address` lies in, or nearest below it in the same section; nullptr: none.
  [[nodiscard]] const ElfSymbol* symbol_at(std::uint32_t address) const;
  [[nodiscard]] const ElfSymbol* symbol(std::string_view name) const;
  [[nodiscard]] const std::vector<AddressRange>& code() const { return code_; }
  [[nodiscard]] bool is_code(std::uint32_t address) const;
  /// Bytes that the file loads at an address, as many as there are, at most `count`.
  [[nodiscard]] Bytes loaded(std::uint32_t address, std::size_t count) const;

 private:
  struct Section {
    std::string_view name;
    std::uint32_t type, flags, address, size, link;
    Bytes bytes;
  };
  void read_sections(std::string_view what);
  void read_symbols(const Section& table);

  std::unique_ptr<const std::string> file_;  ///< stays where it is when the image is moved
  std::vector<Section> sections_;
  std::vector<ElfSymbol> symbols_;
  std::vector<AddressRange> code_;
};

}  // namespace exo::debugger
