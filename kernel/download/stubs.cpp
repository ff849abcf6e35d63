// Stands in until the verifier, the compiler and the tree arrive: refuses everything.
#pragma clang diagnostic ignored "-Wunused-private-field"
#include "kernel/download/compiler.hpp"
#include "kernel/download/tree.hpp"
#include "kernel/download/verifier.hpp"

extern "C" {
char exo_divide[4], exo_download_look[4];
}
namespace exo::kernel::download {
void Compiler::start(const Source&, uint32_t*, uint16_t*) {}
Progress Compiler::step() { return Progress::Refused; }
void TreeCompiler::start(const Tree&, uint32_t*, uint32_t) {}
Progress TreeCompiler::step() { return Progress::Refused; }
void Verifier::start(VerifierMemory&, const Instruction*, uint32_t, const Rules&, uint8_t*) {}
Progress Verifier::step() { return Progress::Refused; }
bool canonical(Claim&) { return true; }
void clear(Tree&) {}
bool insert(Tree&, const Claim&, uint8_t) { return false; }
bool matches(const Claim&, const uint8_t*, uint32_t) { return false; }
Relation relation(const Claim&, const Claim&) { return Relation::Disjoint; }
}  // namespace exo::kernel::download
