// What this project uses of QEMU's plugin interface, version 1 (docs/devel/tcg-plugins.rst), which has no package: the
// declarations alone, for the two plugins that run inside QEMU.
#pragma once
#include <cstddef>
#include <cstdint>

extern "C" {

using PluginId = std::uint64_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_hwaddr;
struct qemu_info_t;

/// What a callback wants of the processor's registers, which accesses it hears of, and what is added in line.
enum PluginRegisters { kPluginNoRegisters = 0 };
enum PluginAccess { kPluginReads = 1, kPluginWrites = 2, kPluginBoth = 3 };
enum PluginOperation { kPluginAddU64 = 0 };
using PluginMemory = std::uint32_t;

using PluginCallback = void (*)(unsigned cpu, void* data);

void qemu_plugin_register_vcpu_tb_trans_cb(PluginId id, void (*callback)(PluginId, qemu_plugin_tb*));
void qemu_plugin_register_vcpu_tb_exec_cb(qemu_plugin_tb* block, PluginCallback callback, int registers, void* data);
std::size_t qemu_plugin_tb_n_insns(const qemu_plugin_tb* block);
std::uint64_t qemu_plugin_tb_vaddr(const qemu_plugin_tb* block);
qemu_plugin_insn* qemu_plugin_tb_get_insn(const qemu_plugin_tb* block, std::size_t index);
std::uint64_t qemu_plugin_insn_vaddr(const qemu_plugin_insn* instruction);
const void* qemu_plugin_insn_data(const qemu_plugin_insn* instruction);
void qemu_plugin_register_vcpu_insn_exec_cb(qemu_plugin_insn* instruction, PluginCallback callback, int registers,
                                            void* data);
void qemu_plugin_register_vcpu_insn_exec_inline(qemu_plugin_insn* instruction, int operation, void* where,
                                                std::uint64_t value);
void qemu_plugin_register_vcpu_mem_cb(qemu_plugin_insn* instruction,
                                      void (*callback)(unsigned cpu, PluginMemory info, std::uint64_t address,
                                                       void* data),
                                      int registers, int access, void* data);
unsigned qemu_plugin_mem_size_shift(PluginMemory info);
bool qemu_plugin_mem_is_store(PluginMemory info);
qemu_plugin_hwaddr* qemu_plugin_get_hwaddr(PluginMemory info, std::uint64_t address);
bool qemu_plugin_hwaddr_is_io(const qemu_plugin_hwaddr* address);
std::uint64_t qemu_plugin_hwaddr_phys_addr(const qemu_plugin_hwaddr* address);

[[gnu::visibility("default")]] extern int qemu_plugin_version;
[[gnu::visibility("default")]] int qemu_plugin_install(PluginId id, const qemu_info_t* info, int count,
                                                       char** arguments);
}
