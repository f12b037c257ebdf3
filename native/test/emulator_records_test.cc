// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "emulator/portable/event_log.h"
#include "emulator/portable/json_line.h"
#include "emulator/portable/pe_image.h"

namespace rasshost {
namespace {

TEST_CASE("a trace line is one flat JSON object") {
  JsonLine line;
  line.Number("t", 17).Text("call", "Send").Flag("ok", true).Null("none");
  line.ByteStrings("strings", std::array<std::string, 2>{"a", "b"});
  CHECK(line.Finish() ==
        "{\"t\": 17, \"call\": \"Send\", \"ok\": true, \"none\": null, "
        "\"strings\": [\"a\", \"b\"]}\n");
}

TEST_CASE("text is escaped so that a line stays one line") {
  CHECK(JsonLine().Text("k", "\"\\\r\n\x01").Finish() ==
        "{\"k\": \"\\\"\\\\\\u000d\\u000a\\u0001\"}\n");
}

TEST_CASE("bytes of an unknown code page become characters of the same number") {
  CHECK(JsonLine().Bytes("k", "\xc3\xa4").Finish() == "{\"k\": \"\\u00c3\\u00a4\"}\n");
  CHECK(JsonLine().Text("k", "\xc3\xa4").Finish() == "{\"k\": \"\xc3\xa4\"}\n");
}

TEST_CASE("events have the numbers of their platform, or none (EM-30)") {
  CHECK(LogEventNumber(LogEvent::kCantLoadSecdll, EventNumbers::kNt4) == 20096u);
  CHECK(LogEventNumber(LogEvent::kAuthDiffuserFailure, EventNumbers::kNt4) == 20100u);
  CHECK(LogEventNumber(LogEvent::kAuthDiffuserFailure, EventNumbers::kWindows2000) == 20096u);
  CHECK_FALSE(LogEventNumber(LogEvent::kSecAuthFailure, EventNumbers::kWindows2000));
  CHECK(LogEventSymbol(LogEvent::kSecAuthFailure) == "RASLOG_SEC_AUTH_FAILURE");
}

std::vector<std::byte> Image(std::uint16_t machine, std::uint32_t offset = 0x80) {
  std::vector<std::byte> image(0x100);
  image[0] = std::byte{'M'};
  image[1] = std::byte{'Z'};
  for (std::size_t i = 0; i < 4; ++i) image[0x3c + i] = static_cast<std::byte>(offset >> (8 * i));
  image[0x80] = std::byte{'P'};
  image[0x81] = std::byte{'E'};
  image[0x84] = static_cast<std::byte>(machine & 0xff);
  image[0x85] = static_cast<std::byte>(machine >> 8);
  return image;
}

TEST_CASE("the machine of a PE image is read") {
  CHECK(PeMachine(Image(kMachineX64)) == kMachineX64);
  CHECK(PeMachine(Image(kMachineX86)) == kMachineX86);
  CHECK(DescribeMachine(kMachineX86) == "a 32-bit DLL");
}

TEST_CASE("no headers are read beyond what there is of a file") {
  CHECK_FALSE(PeMachine({}));
  CHECK_FALSE(PeMachine(Image(kMachineX64, 0xffffffff)));
  CHECK_FALSE(PeMachine(Image(kMachineX64, 0xfc)));
  std::vector<std::byte> image = Image(kMachineX64);
  for (std::size_t size = 0; size < 0x86; ++size) {
    CHECK_FALSE(PeMachine({image.data(), size}));
  }
  image[0x81] = std::byte{'X'};
  CHECK_FALSE(PeMachine(image));
}

}  // namespace
}  // namespace rasshost
