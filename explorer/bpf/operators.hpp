// How operations are written: the one table of text and assembler.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "kernel/abi/bpf.hpp"

namespace exo::bpf {

struct Operator {
  std::uint8_t operation;
  std::string_view sign;
};

inline constexpr std::array<Operator, 12> kArithmetic = {{{abi::bpf::kAdd, "+="},
                                                          {abi::bpf::kSub, "-="},
                                                          {abi::bpf::kMul, "*="},
                                                          {abi::bpf::kDiv, "/="},
                                                          {abi::bpf::kOr, "|="},
                                                          {abi::bpf::kAnd, "&="},
                                                          {abi::bpf::kLsh, "<<="},
                                                          {abi::bpf::kRsh, ">>="},
                                                          {abi::bpf::kMod, "%="},
                                                          {abi::bpf::kXor, "^="},
                                                          {abi::bpf::kMov, "="},
                                                          {abi::bpf::kArsh, "s>>="}}};

inline constexpr std::array<Operator, 11> kConditions = {{{abi::bpf::kJeq, "=="},
                                                          {abi::bpf::kJgt, ">"},
                                                          {abi::bpf::kJge, ">="},
                                                          {abi::bpf::kJset, "&"},
                                                          {abi::bpf::kJne, "!="},
                                                          {abi::bpf::kJsgt, "s>"},
                                                          {abi::bpf::kJsge, "s>="},
                                                          {abi::bpf::kJlt, "<"},
                                                          {abi::bpf::kJle, "<="},
                                                          {abi::bpf::kJslt, "s<"},
                                                          {abi::bpf::kJsle, "s<="}}};

struct HelperName {
  std::uint32_t number;
  std::string_view name;
};
inline constexpr HelperName kHelperNames[] = {
#define HELPER(number, name, one, two, three, kinds, cost, text) {number, #name},
#include "kernel/abi/helpers.def"
#undef HELPER
};

}  // namespace exo::bpf
