// A tree of claims as machine code, called as uint32_t code(const uint8_t* packet, uint32_t bytes): the claim that the
// packet belongs to, or 0. The packet lies 2 bytes past a word, in a buffer from which kMostPacketBytes can be read
// whatever its length is. The code changes only v0 and t0 to t2, and uses no stack.
//
// It is written from its last word to its first, so that everything a branch leads to is there before the branch: where
// it is, how long the walk from there can be, and which instruction can be taken from there into the delay slot.
#pragma once
#include "kernel/download/tree.hpp"

namespace exo::kernel::download {

/// Room enough; a branch could span twice as much.
inline constexpr uint32_t kMostTreeWords = 16'384;
/// Most instructions of a walk, whatever the packet. A tree with a longer one is refused.
inline constexpr uint32_t kLongestWalk = 512;

class TreeCompiler {
  static constexpr uint32_t kMostEntries = 256;

 public:
  /// `address`: where the first of the words will be when they run.
  void start(const Tree& tree, uint32_t* words, uint32_t room, uint32_t address);
  /// Some 500 instructions at most. Refused: no room, or a walk could be too long.
  Progress step();
  /// After Done: the first word, and how many there are.
  [[nodiscard]] uint32_t* code() const { return words_ + at_; }
  [[nodiscard]] uint32_t words() const { return room_ - at_; }
  /// Instructions of the longest walk, with the return, from above.
  [[nodiscard]] uint32_t longest() const { return longest_; }

 private:
  enum class Stage : uint8_t { Returns, Begin, Fail, Gather, Choose, Link, Buckets, Align, Table, Search, Load };
  /// Where a way can lead: a node, or the return of a claim.
  struct Place {
    uint16_t word;
    uint16_t longest : 15;  ///< instructions from here to the return
    uint16_t is_node : 1;   ///< its first instruction does no harm if the way leads elsewhere
  };
  /// How a node's word is had, and what its values look like then: in the register in `before` instructions.
  struct Access {
    uint32_t load, mask;  ///< instructions; mask 0: none
    uint32_t literal;     ///< not 0: a mask for which there is no instruction
    uint32_t shift;       ///< of values to the right
    bool sign;            ///< values are 16 bits, sign extended
    uint32_t before;      ///< instructions before the search
    uint32_t constant;    ///< instructions for one value
    uint32_t split;       ///< instructions for a comparison by size
    uint32_t bits;        ///< of a value
  };
  /// Edges among which to search; those from the middle on are written first.
  struct Range {
    uint8_t first, end;
    uint8_t halves;  ///< written
    uint16_t right;  ///< word
  };

  [[nodiscard]] Access access(const Node& node) const;
  [[nodiscard]] uint32_t key(uint16_t edge) const;
  [[nodiscard]] Place behind(uint16_t edge) const;
  void emit(uint32_t word) { words_[--at_] = word; }
  void emit_constant(uint32_t value);
  void emit_branch(uint32_t branch, uint32_t to, uint32_t slot);
  void emit_branch(uint32_t branch, const Place& to);
  void emit_return(uint32_t claim);
  uint32_t take_next() { return words_[at_++]; }
  void emit_jump(const Place& to);
  void write_returns();
  void begin_node();
  void find_fail();
  void fail_to(const Place& place);
  void gather();
  void begin_search();
  [[nodiscard]] uint32_t bucket(uint32_t edge) const;
  void choose();
  void decide();
  void link();
  void clear_entries();
  void write_bucket();
  void align();
  void write_table();
  void write_dispatch();
  void begin_halving();
  void write_range();
  void write_few(const uint16_t* edges, uint32_t count);
  void write_last(uint16_t edge);
  void write_split(const Range& range);
  void write_load();

  const Tree* tree_;
  uint32_t* words_;
  uint32_t room_, address_, at_, longest_;
  Stage stage_;
  uint32_t next_;  ///< edge whose claim's return comes next; after that: nodes left
  // Of the node at hand.
  uint16_t node_;
  Access access_;
  uint16_t climbed_;  ///< from the node towards the root, to find where to go on when nothing matches
  Place fail_;
  uint8_t edges_, ranges_;
  uint16_t sibling_;       ///< the next edge to gather
  uint32_t behind_edges_;  ///< instructions, at most
  uint32_t search_;        ///< instructions, with those behind
  uint16_t edge_[abi::kMaxDownloads];
  Range range_[8];
  // Of its jump table: which bits of a value choose the entry.
  uint32_t low_, bits_;
  uint32_t best_low_, fullest_, least_full_;  ///< values in the fullest entry, with these bits and with the best
  uint32_t done_;                             ///< values or entries of this stage
  alignas(4) uint8_t count_[kMostEntries];    ///< values in an entry; when that is known: the first of them + 1
  uint8_t another_[abi::kMaxDownloads];       ///< with the same entry + 1
  uint16_t label_[kMostEntries];

  Place return_[abi::kMaxDownloads];  ///< by claim; 0: nobody's
  Place entry_[kMostNodes];
};

}  // namespace exo::kernel::download
