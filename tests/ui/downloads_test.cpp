// The Downloads panel: what is listed and looked at, the tree and its packets, and the line in which a filter is typed.
#include "explorer/views/downloads_parts.hpp"
#include "tests/ui/ui_fixture.hpp"

namespace exo::test {
namespace {

using abi::DownloadKind;
using Kind = views::Selection::Kind;

abi::Comparison comparison(std::uint16_t offset, std::uint8_t bytes, std::uint32_t value) {
  return {offset, bytes, 0, bytes == 4 ? ~0u : (1u << 8 * bytes) - 1, value, 0};
}

std::vector<std::uint8_t> udp_to(std::uint8_t port) {
  std::vector<std::uint8_t> packet(47);
  packet[12] = 8;
  packet[14] = 0x45;
  packet[17] = 33;
  packet[23] = 17;
  packet[37] = port;
  packet[39] = 13;
  return packet;
}

/// Two claims, one with a handler, a filter, a refused program, and packets for each and for nobody.
struct Wire {
  MiniKernel kernel;
  std::uint32_t echo = 0, clocks = 0, claim = 0, handler = 0, filter = 0;
  explicit Wire(std::uint32_t claims = 0) {
    const std::vector<abi::bpf::Instruction> program{{0xb7, 0, 0, 1}, {0x05, 0, 0, 0}, {0x95, 0, 0, 0}};
    kernel.boot();
    kernel.create("arbiter");
    echo = kernel.create("echo", 2);
    clocks = kernel.create("clocks");
    kernel.switch_to(echo);
    const auto ring = kernel.allocate(echo);
    kernel.bind_wire(echo);
    claim = kernel.claim(echo, {comparison(12, 2, 0x800), comparison(23, 1, 17), comparison(36, 2, 7)}, ring);
    kernel.claim(clocks, {comparison(12, 2, 0x800), comparison(23, 1, 17), comparison(36, 2, 123)});
    for (std::uint32_t i = 0; i < claims; ++i)
      kernel.claim(i % 2 == 0 ? echo : clocks,
                   {comparison(12, 2, 0x800), comparison(30, 4, 0x0a00'0002 + i), comparison(36, 2, 1000 + i)});
    kernel.build_tree();
    filter = kernel.download(clocks, DownloadKind::Filter, program, 2);
    kernel.refuse(clocks, DownloadKind::Filter, program, abi::Verdict::Endless, 1, 0);
    handler = kernel.download(echo, DownloadKind::Handler, program, claim);
    for (const int port : {7, 123, 9}) kernel.packet(udp_to(std::uint8_t(port)));
    kernel.packet(udp_to(7));
  }
};

class DownloadsPanel : public UiTest {
 protected:
  void load(const MiniKernel& kernel) {
    feed(kernel, history);
    cursor = history.size();
    shell.ui.shell.panel = views::panel_named("downloads");
    draw();
    draw();
  }
  [[nodiscard]] const views::ProgramShown& shown() const { return *shell.ui.downloads.program; }
};

TEST_F(DownloadsPanel, ShowsTheProgramThatTookTheLastPacket) {
  const Wire wire;
  load(wire.kernel);
  ASSERT_NE(shell.ui.downloads.program, nullptr);
  EXPECT_EQ(shown().program.download, wire.handler);
  EXPECT_EQ(shown().lines.size(), 3u);
  EXPECT_EQ(shown().machine.size(), 6u);
  EXPECT_EQ(shown().machine[0], "addiu $v0, $v0, 1");
  click("download " + std::to_string(wire.filter));
  EXPECT_TRUE(shell.ui.selection.is(Kind::Download, wire.filter));
  EXPECT_EQ(shown().program.download, wire.filter);
}

TEST_F(DownloadsPanel, ARefusedAttemptIsLookedAt) {
  const Wire wire;
  load(wire.kernel);
  ASSERT_EQ(history.attempts().size(), 5u);
  click("attempt " + std::to_string(history.attempts()[3].event));
  EXPECT_TRUE(shown().program.refused);
  EXPECT_EQ(shown().program.instruction, 1u);
}

TEST_F(DownloadsPanel, APacketIsSelectedAndLeadsToItsClaim) {
  const Wire wire;
  load(wire.kernel);
  click("packet 2");
  EXPECT_TRUE(shell.ui.selection.is(Kind::Packet, 2));
  EXPECT_EQ(shown().program.kind, DownloadKind::Claim);
  click("leaf " + std::to_string(wire.claim));
  EXPECT_TRUE(shell.ui.selection.is(Kind::Download, wire.claim));
  EXPECT_EQ(of<model::Seek>(click("sent 1")).size(), 1u);
}

TEST_F(DownloadsPanel, APacketIsSentOnceMore) {
  const Wire wire;
  load(wire.kernel);
  click("packet 3");
  const auto sent = of<model::SendPacket>(click("send again"));
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].bytes, udp_to(9));
}

TEST_F(DownloadsPanel, AFilterIsTypedTriedAndDownloaded) {
  const Wire wire;
  load(wire.kernel);
  shell.ui.downloads.env = wire.clocks;
  shell.ui.downloads.expression = "udp port";
  draw();
  EXPECT_FALSE(shell.ui.downloads.error.empty());
  EXPECT_TRUE(of<model::DownloadFilter>(click("download filter")).empty());
  shell.ui.downloads.expression = "udp port 9";
  draw();
  EXPECT_TRUE(shell.ui.downloads.error.empty());
  EXPECT_FALSE(shell.ui.downloads.text.empty());
  EXPECT_TRUE(shell.ui.downloads.draft);
  const auto sent = of<model::DownloadFilter>(click("download filter"));
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].env, wire.clocks);
  EXPECT_EQ(sent[0].expression, "udp port 9");
  EXPECT_NE(sent[0].order, 2u) << "that place is taken";
}

TEST_F(DownloadsPanel, IsDrawnEmptyCrowdedAndInThePast) {
  load(MiniKernel());
  resize(1024, 768, 1);
  draw();
  history.append(Wire(100).kernel.trace);
  for (const float scale : {1.0f, 2.0f}) {
    resize(1600, 1000, scale);
    for (cursor = 0; cursor <= history.size(); cursor += 7) draw();
  }
  cursor = history.size();
  draw();
  EXPECT_GT(vertices(), 1000);
}

TEST(DownloadWords, FieldsHaveNames) {
  EXPECT_EQ(views::field_name(36, 2, 0xffff), "destination port");
  EXPECT_EQ(views::field_value(36, 2, 0xffff, 7), "7");
  EXPECT_EQ(views::field_name(30, 4, ~0u), "destination address");
  EXPECT_EQ(views::field_value(30, 4, ~0u, 0x0a00'0002), "10.0.0.2");
  EXPECT_EQ(views::field_value(12, 2, 0xffff, 0x806), "ARP");
  EXPECT_EQ(views::field_name(34, 4, ~0u), "source port, destination port");
  EXPECT_EQ(views::field_name(14, 1, 0x0f), "byte 14 & 0f");
  EXPECT_EQ(views::field_name(38, 4, ~0u, true), "target");
  EXPECT_TRUE(views::packet_lines({}).size() == 1);
  EXPECT_EQ(views::packet_lines(udp_to(7)).size(), 3u);
}

}  // namespace
}  // namespace exo::test
