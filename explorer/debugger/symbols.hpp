// What a program's ELF file tells a debugger about its code: functions (and what was inlined into them), source lines,
// and the way back from a line or a name to addresses. A program without debugging information has the names of its
// symbol table, one without that has addresses; problem() says so.
//
// Loading reads the symbol table, the heads of the units and the line tables; a unit's entries are read when an address
// in it is first asked for, all of them with the first question by name. Not for several threads at once.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "explorer/debugger/call_frames.hpp"
#include "explorer/debugger/dwarf.hpp"
#include "explorer/debugger/line_table.hpp"

namespace exo::debugger {

struct SourceLine {
  std::uint32_t file = 0;  ///< place in Symbols::files()
  std::uint32_t line = 0, column = 0;
  bool is_statement = false;
  friend bool operator==(const SourceLine&, const SourceLine&) = default;
};

struct Function {
  std::string name;  ///< "exo::libos::fail"; of assembly: the label
  std::uint32_t entry = 0;
  std::uint32_t body = 0;  ///< where its arguments are in place: stop here, not at the entry
  std::vector<AddressRange> ranges;
  Die die;  ///< none: known from the symbol table only
};

/// One of the functions that the code at an address belongs to.
struct Call {
  std::string name;
  Die die;                         ///< of the function, or of the place where it was inlined; none: symbol table only
  bool inlined = false;            ///< into the next one of the list
  std::optional<SourceLine> from;  ///< inlined: the line of the next one that calls it
  std::uint32_t entry = 0;
};

/// Where a function's code begins: itself, or a copy that was inlined.
struct FunctionPlace {
  std::string name;
  std::uint32_t entry = 0, body = 0;
  bool inlined = false;
};

/// Where to stop for a line.
struct LinePlaces {
  std::uint32_t file = 0;
  std::uint32_t line = 0;  ///< the one that has code: the one asked for, or the next below it in the file
  bool exact = false;
  std::vector<std::uint32_t> addresses;  ///< one in each function (or inlined copy) that the line has code in
};

class Types;

class Symbols {
 public:
  /// Of a file on disk, with the time it was written. Throws InputError.
  [[nodiscard]] static std::unique_ptr<Symbols> load(const std::string& path);
  /// Throws InputError mentioning `what`. Debugging information that is damaged is no error: problem() says so.
  Symbols(std::string elf, std::string_view what);
  ~Symbols();
  Symbols(const Symbols&) = delete;
  Symbols& operator=(const Symbols&) = delete;

  /// What is missing or damaged, in one line; empty: nothing.
  [[nodiscard]] std::string problem() const;
  [[nodiscard]] const std::string& what() const { return what_; }
  /// Seconds since 1970 when the file was written; 0: not known.
  [[nodiscard]] std::int64_t built() const { return built_; }

  [[nodiscard]] bool is_code(std::uint32_t address) const { return image_->is_code(address); }
  [[nodiscard]] std::optional<Function> function_at(std::uint32_t address);
  /// Innermost first, the function itself last; empty when nobody knows. At most 64.
  [[nodiscard]] std::vector<Call> calls_at(std::uint32_t pc);
  /// By full name or the end of one, at "::" ("fail", "libos::fail"). By address. At most kMostPlaces.
  [[nodiscard]] std::vector<FunctionPlace> functions(std::string_view name);

  [[nodiscard]] const std::vector<SourceFile>& files() const { return lines_.files; }
  /// Files by full name or the end of one, at "/".
  [[nodiscard]] std::vector<std::uint32_t> files_named(std::string_view name) const;
  /// The line of the instruction at an address; nothing for code of no line.
  [[nodiscard]] std::optional<SourceLine> line_at(std::uint32_t address) const;
  /// One result for each file of that name that has code at or below the line.
  [[nodiscard]] std::vector<LinePlaces> places_of(std::string_view file, std::uint32_t line);
  /// Lines of a file that have code where one can stop, ascending.
  [[nodiscard]] std::vector<std::uint32_t> lines_of(std::uint32_t file) const;
  /// All code of the line that `pc` is in, of this copy of this function: a step by line is over when the pc is outside
  /// of them (and still in this frame). Ascending; empty: no line.
  [[nodiscard]] std::vector<AddressRange> statement_at(std::uint32_t pc);

  // For the other files of this folder.
  [[nodiscard]] const ElfImage& image() const { return *image_; }
  [[nodiscard]] Dwarf& dwarf() { return *dwarf_; }
  [[nodiscard]] Types& types() { return *types_; }
  /// Variables that have one address or value in the whole program.
  [[nodiscard]] const std::vector<Die>& variables();
  struct NamedDie {
    std::string_view name;
    Die die;
  };
  /// Variables of a function or an inlined copy that are in scope at an address, innermost block first; with those that
  /// the copy does not mention any more. The reference is good until the next call.
  [[nodiscard]] const std::vector<NamedDie>& variables_at(Die scope, std::uint32_t address);
  /// One of variables() by full name or its end; those of `unit` come first.
  [[nodiscard]] Die variable(std::string_view name, const Unit* unit);
  [[nodiscard]] const CallFrames& call_frames() const { return *frames_; }
  /// The unit whose code holds an address; none: nobody's.
  [[nodiscard]] Die unit_at(std::uint32_t address);
  /// "exo::libos::Heap" in front of an entry's own name.
  [[nodiscard]] std::string full_name(Die die);

  static constexpr std::size_t kMostPlaces = 256;
  static constexpr std::size_t kMostCalls = 64;

 private:
  struct UnitRange {
    AddressRange range;
    std::uint32_t unit;
  };
  struct FunctionRange {
    AddressRange range;
    Die die;
  };
  const std::vector<FunctionRange>& functions_of(Unit& unit);
  [[nodiscard]] Die function_die(std::uint32_t address);
  /// From the function inwards: the copies that were inlined around an address.
  [[nodiscard]] std::vector<Die> inlined_around(Die function, std::uint32_t pc);
  [[nodiscard]] std::uint32_t body_of(std::uint32_t entry, const std::vector<AddressRange>& ranges) const;
  [[nodiscard]] std::optional<SourceLine> call_line(Die inlined) const;
  [[nodiscard]] std::uint64_t scope_key(std::uint32_t pc);
  void index_names();
  void index_variables();
  [[nodiscard]] std::vector<Call> find_calls(std::uint32_t pc);
  void index_lines();

  std::string what_;
  std::int64_t built_ = 0;
  std::unique_ptr<ElfImage> image_;
  std::unique_ptr<Dwarf> dwarf_;
  std::unique_ptr<CallFrames> frames_;
  std::unique_ptr<Types> types_;
  LineTable lines_;
  std::vector<UnitRange> units_;  ///< by address
  std::unordered_map<const Unit*, std::vector<FunctionRange>> functions_;
  bool names_indexed_ = false, variables_indexed_ = false;
  std::vector<Die> variables_;
  // Answers given before: a condition asks the same again and again.
  std::unordered_map<std::uint64_t, std::vector<NamedDie>> in_scope_;  ///< by entry and address
  std::unordered_map<std::string, std::unordered_map<const Unit*, Die>> named_;
  std::unordered_map<std::uint32_t, std::vector<Call>> calls_;
  std::unordered_map<std::string_view, std::vector<Die>> by_name_;  ///< by the last part of the name
  std::vector<std::uint32_t> by_line_;  ///< rows where one can stop, by file, line and address
};

}  // namespace exo::debugger
