// Calls the fuzz entry with deterministic inputs: conversations as gdb has them, with packets changed, cut, doubled and
// mixed (with right and with wrong checksums), and random bytes. With file names as arguments it replays these instead.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "explorer/connection/rsp_packet.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr int kRounds = 2'000;

const std::vector<std::string> kPackets = {"qSupported:multiprocess+;swbreak+;hwbreak+;xmlRegisters=i386",
                                           "QStartNoAckMode",
                                           "!",
                                           "?",
                                           "qC",
                                           "g",
                                           "p25",
                                           "p4a",
                                           "m400000,40",
                                           "m80100000,10",
                                           "mffffffff80100000,4",
                                           "M400000,4:00000000",
                                           "X400000,0:",
                                           "P25=00000000",
                                           "G00",
                                           "Hg0",
                                           "Hgp1.1",
                                           "Hgp2.-1",
                                           "Hgp3.3",
                                           "Hgp40.40",
                                           "Hc-1",
                                           "Hcp1.1",
                                           "Tp1.1",
                                           "qfThreadInfo",
                                           "qsThreadInfo",
                                           "qThreadExtraInfo,p1.1",
                                           "qAttached:1",
                                           "qXfer:features:read:target.xml:0,100",
                                           "qXfer:threads:read::0,1000",
                                           "qXfer:exec-file:read:1:0,100",
                                           "qRcmd,676f746f20656e64",
                                           "qRcmd,656e7673",
                                           "qRcmd,68657265",
                                           "vCont?",
                                           "vCont;c",
                                           "vCont;s:p1.1;c",
                                           "vCont;c:p2.2",
                                           "vCont;r400000,400040:p1.1",
                                           "vCont;C05:p1.1",
                                           "bs",
                                           "bc",
                                           "c",
                                           "s",
                                           "C05",
                                           "S05",
                                           "Z0,400014,4",
                                           "z0,400014,4",
                                           "Z1,400020,4",
                                           "Z2,7ffeff80,4",
                                           "Z3,7ffeff80,4",
                                           "Z4,7ffeff80,8",
                                           "z4,7ffeff80,8",
                                           "D",
                                           "D;1",
                                           "k",
                                           "vKill;1",
                                           "vAttach;1",
                                           "vRun;",
                                           "vFile:open:00,0,0",
                                           "vMustReplyEmpty",
                                           "qSymbol::",
                                           "qTStatus",
                                           "QThreadEvents:1",
                                           "qOffsets",
                                           "R00",
                                           "t",
                                           "vCtrlC"};

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void damage(std::string& bytes, std::mt19937& random) {
  const std::size_t changes = 1 + random() % 4;
  for (std::size_t i = 0; i < changes && !bytes.empty(); ++i) {
    const std::size_t at = random() % bytes.size();
    switch (random() % 5) {
      case 0:
        bytes[at] = char(random());
        break;
      case 1:
        bytes[at] = "0123456789abcdef-,;:.*"[random() % 22];
        break;
      case 2:
        bytes.resize(at);
        break;
      case 3:
        bytes.insert(at, bytes.substr(at, random() % 16));
        break;
      default:
        bytes.insert(at, std::string(random() % 40, "0f-1p;"[random() % 6]));
    }
  }
}

/// Some packets, some of them damaged before they get their checksum and some after it.
std::string conversation(std::mt19937& random) {
  std::string bytes;
  const std::size_t count = 1 + random() % 12;
  for (std::size_t i = 0; i < count; ++i) {
    std::string packet = kPackets[random() % kPackets.size()];
    if (random() % 3 == 0) damage(packet, random);
    std::string framed = exo::connection::frame_packet(packet);
    if (random() % 12 == 0) damage(framed, random);
    bytes += framed;
    if (random() % 4 == 0) bytes += "+-\x03"[random() % 3];
  }
  return bytes;
}

void call(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) call(read_file(argv[i]));
  if (argc > 1) return 0;
  std::mt19937 random(23);
  for (int round = 0; round < kRounds; ++round) {
    std::string input;
    if (round % 8 == 7) {
      input.resize(random() % 3'000);
      std::generate(input.begin(), input.end(), [&] { return char(random()); });
    } else {
      input = conversation(random);
    }
    call(input);
  }
  std::printf("%d inputs, none of them broke anything\n", kRounds);
  return 0;
}
