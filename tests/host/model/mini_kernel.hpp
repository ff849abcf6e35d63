// A kernel of a few hundred lines for tests: it keeps its own tables, in its own way, and writes the trace that the
// real one would write for the same moves. Its audit shows its own tables, so a fold that differs from them is found.
// Test code only: nothing of it is ever shown.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "kernel/abi/bpf.hpp"
#include "kernel/abi/capability.hpp"
#include "kernel/abi/downloads.hpp"
#include "kernel/abi/exposed.hpp"
#include "kernel/abi/machine.hpp"
#include "kernel/abi/memory_layout.hpp"
#include "kernel/abi/tables.hpp"
#include "kernel/abi/trace_ring.hpp"

namespace exo::test {

class MiniKernel {
 public:
  explicit MiniKernel(std::uint64_t seed = 1) : random_(seed) {}

  // Moves, each as the kernel makes them. Wrong ones are not offered.
  void boot();
  std::uint32_t create(const std::string& name, std::uint32_t slices = 1);  ///< with environment page; started
  void kill(std::uint32_t env);
  std::uint32_t allocate(std::uint32_t env);  ///< frame
  void free_frame(std::uint32_t frame);
  void transfer(std::uint32_t frame, std::uint32_t to);
  void guard(std::uint32_t frame, std::uint32_t rights);
  void revoke_all(std::uint32_t frame);
  void bind(std::uint32_t env, std::uint32_t page, std::uint32_t frame, bool writable);
  void unbind(std::uint32_t env, std::uint32_t page);
  void touch(std::uint32_t env, std::uint32_t page);  ///< TLB refill, if bound and not in the TLB
  void switch_to(std::uint32_t env);
  void save_location(std::uint32_t env, std::uint32_t slot, std::uint32_t frame_or_any, std::uint32_t save);
  std::uint32_t revoke(std::uint32_t env, std::uint32_t frame_or_any, std::uint32_t patience, std::uint32_t deadline);
  void ask(std::uint32_t request);
  void demand(std::uint32_t request);
  void give_back(std::uint32_t request);
  void abort(std::uint32_t request);
  void protect(std::uint32_t env, std::uint32_t page, std::uint32_t pages, bool writable);
  void give_slice(std::uint32_t env, std::uint32_t position);
  void transfer_slice(std::uint32_t position, std::uint32_t to);
  void revoke_all_of_slice(std::uint32_t position);
  void overrun(std::uint32_t env);
  void forfeit(std::uint32_t env);
  void use_fpu(std::uint32_t env);
  void bind_device(abi::Device device, std::uint32_t env);
  void set_entry(std::uint32_t env, std::uint32_t sync, std::uint32_t async, bool guarded = false);
  void admit(std::uint32_t holder, std::uint32_t caller);
  void call(std::uint32_t to);  ///< synchronous transfer of the running one
  void call_async(std::uint32_t to);
  void yield_to(std::uint32_t to);
  void park();                                                 ///< of the running one; nobody runs then
  void submit(std::uint32_t server);                           ///< of the running one; nobody runs then
  std::uint32_t fetch(std::uint32_t env, std::uint32_t slot);  ///< frame
  void restore(std::uint32_t env, std::uint32_t slot, std::uint32_t frame);
  void resume(std::uint32_t env);
  void note(std::uint32_t env, abi::Note note, std::uint32_t a = 0);
  // Downloaded code (mini_kernel_downloads.cpp). Numbers of downloads and packets come back.
  std::uint32_t claim(std::uint32_t env, const std::vector<abi::Comparison>& comparisons,
                      std::uint32_t ring = abi::kNoFrame);
  std::uint32_t download(std::uint32_t env, abi::DownloadKind kind, const std::vector<abi::bpf::Instruction>& program,
                         std::uint32_t link, std::uint32_t page = abi::kNoFrame);
  void refuse(std::uint32_t env, abi::DownloadKind kind, const std::vector<abi::bpf::Instruction>& program,
              abi::Verdict verdict, std::uint32_t instruction, std::uint32_t detail);
  void remove_download(std::uint32_t number, abi::Reason reason);
  void build_tree();
  std::uint32_t packet(const std::vector<std::uint8_t>& bytes);  ///< a handler deals with it and answers
  std::uint32_t send(std::uint32_t env, const std::vector<std::uint8_t>& bytes, std::uint32_t answers,
                     std::uint32_t handler = 0);
  void bind_wire(std::uint32_t env);
  void sleep(std::uint32_t env, std::uint32_t predicate);
  void wake(std::uint32_t env, abi::Reason reason);
  void audit();
  void random_download_move(std::uint32_t env);
  void random_processor_move(std::uint32_t env);
  void random_move();

  void wait(std::uint32_t ticks) { clock_ += ticks; }
  void emit(abi::Event event, std::uint32_t a0 = 0, std::uint32_t a1 = 0, std::uint32_t a2 = 0, std::uint32_t a3 = 0);
  [[nodiscard]] std::uint32_t clock() const { return std::uint32_t(clock_); }
  [[nodiscard]] std::uint32_t pick(std::uint32_t below) { return std::uint32_t(random_() % below); }

  std::vector<abi::TraceRecord> trace;
  std::uint32_t sequence = 0;
  std::uint32_t running = 0, position = 0;
  std::uint32_t identifiers = abi::kIdentifiers;  ///< address-space identifiers that there are

 private:
  struct Frame {
    std::uint32_t owner = 0, flags = 0, generation = 1, guard = abi::kFrameRights;
  };
  struct Env {
    bool alive = false, parked = false, dormant = false, guarded = false;
    std::uint32_t generation = 1, page = 0, asid = 0, calls = 0, excess = 0, sync = 0, async = 0, server = 0;
    std::array<std::array<std::uint32_t, 2>, abi::kSaveLocations> saves;
    std::vector<std::array<std::uint32_t, 3>> guarantees;
  };
  struct Request {
    std::uint32_t env, asked, patience, deadline, stage, fires;
  };
  struct Slice {
    std::uint32_t owner = 0, generation = 1;
    bool asked = false;
  };
  struct Binding {
    std::uint32_t frame;
    bool authorised, writable;
  };
  using Page = std::pair<std::uint32_t, std::uint32_t>;  ///< environment, virtual page

  struct Download {
    abi::DownloadKind kind = abi::DownloadKind::None;
    std::uint32_t owner = 0, filter = 0, handler = 0, order = 0, generation = 1, calls = 0, page = abi::kNoFrame;
    std::vector<abi::Comparison> comparisons;
  };
  void offer(std::uint32_t env, abi::DownloadKind kind, const std::vector<abi::bpf::Instruction>& program);
  std::uint32_t install(const Download& made, std::uint32_t link);
  void run_download(std::uint32_t number, std::uint32_t result);
  void show_bytes(const std::vector<std::uint8_t>& bytes);
  [[nodiscard]] std::uint32_t claim_on(const std::vector<std::uint8_t>& bytes) const;
  void audit_downloads();

  void break_page(Page page, abi::Reason reason);
  void break_frame(std::uint32_t frame, abi::Reason reason);
  void write_tlb(std::uint32_t index, std::uint32_t hi, std::uint32_t lo0, std::uint32_t lo1, abi::Event event);
  void sync_tlb(std::uint32_t env, std::uint32_t page);
  void leave(std::uint32_t frame, std::uint32_t flags);
  void end_request(std::uint32_t id);
  void free_slice(std::uint32_t position, abi::Reason reason);
  void give_identifier(std::uint32_t env);
  void forget(std::uint32_t env);
  void audit_environment(std::uint32_t env);
  [[nodiscard]] std::uint32_t tag_of(std::uint32_t env, std::uint32_t page) const;
  [[nodiscard]] std::uint32_t any_slice_of(std::uint32_t env);
  void run(std::uint32_t env);
  [[nodiscard]] std::uint32_t lo_of(std::uint32_t env, std::uint32_t page) const;
  [[nodiscard]] std::uint32_t any_env();
  [[nodiscard]] std::uint32_t any_frame_of(std::uint32_t env);

  std::mt19937_64 random_;
  std::uint64_t clock_ = 1000;
  std::vector<Frame> frames_ = std::vector<Frame>(abi::kFrameCount);
  std::array<Env, abi::kMaxEnvironments> envs_{};
  std::map<Page, Binding> bindings_;
  struct Entry {
    std::uint32_t hi, lo0, lo1;
  };
  std::array<Entry, abi::kTlbEntries> tlb_{};
  std::array<Slice, abi::kSlicePositions> slices_{};
  std::array<std::uint32_t, abi::kIdentifiers + 1> holders_{};  ///< of identifiers
  std::uint32_t hand_ = 0;
  std::array<std::uint32_t, abi::kDevices> devices_{};
  std::uint32_t fpu_ = 0;
  std::map<std::uint32_t, Request> requests_;
  std::uint32_t next_request_ = 1;
  std::array<Download, abi::kMaxDownloads> downloads_{};
  struct Sleep {
    bool asleep = false, may_send = false;
    std::uint32_t predicate = 0;
  };
  std::array<Sleep, abi::kMaxEnvironments> sleeps_{};
  std::uint32_t offers_ = 0, arrived_ = 0, sent_ = 0, present_ = 0;
};

}  // namespace exo::test
