// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <vector>

#include "emulator/portable/ppp.h"

namespace rasshost {
namespace {

using Bytes = std::vector<std::uint8_t>;

// What RFC 1662 section 4 tells a receiver to do; empty when the frame is not well formed.
Bytes Unframe(const Bytes& frame) {
  if (frame.size() < 4 || frame.front() != 0x7e || frame.back() != 0x7e) return {};
  Bytes packet;
  for (std::size_t i = 1; i + 1 < frame.size(); ++i) {
    const bool escaped = frame[i] == 0x7d;
    if (escaped) ++i;
    packet.push_back(escaped ? frame[i] ^ 0x20 : frame[i]);
  }
  return packet;
}

TEST_CASE("the FCS of '123456789' is the check value of CRC-16/X-25") {
  constexpr std::array<std::uint8_t, 9> kText = {'1', '2', '3', '4', '5', '6', '7', '8', '9'};
  CHECK(PppFcs16(kText) == 0x906e);
}

TEST_CASE("the FCS over a packet with its FCS is the good one of RFC 1662") {
  Bytes packet = {0xff, 0x03, 0xc0, 0x21, 0x00, 0x7e, 0x7d};
  const std::uint16_t fcs = PppFcs16(packet);
  packet.push_back(static_cast<std::uint8_t>(fcs & 0xff));
  packet.push_back(static_cast<std::uint8_t>(fcs >> 8));
  CHECK(static_cast<std::uint16_t>(~PppFcs16(packet)) == 0xf0b8);
}

TEST_CASE("a frame has no control character inside and unframes to its packet") {
  Bytes packet;
  for (int byte = 0; byte < 256; ++byte) packet.push_back(static_cast<std::uint8_t>(byte));
  const Bytes frame = PppFrame(packet);
  for (std::size_t i = 1; i + 1 < frame.size(); ++i) {
    CHECK(frame[i] >= 0x20);
    CHECK(frame[i] != 0x7e);
  }
  Bytes received = Unframe(frame);
  REQUIRE(received.size() == packet.size() + 2);
  received.resize(packet.size());
  CHECK(received == packet);
}

TEST_CASE("the server's first frame is an LCP Configure-Request of the length it says") {
  const Bytes frame = LcpConfigureRequest();
  CHECK(Bytes(frame.begin(), frame.begin() + 4) == Bytes{0x7e, 0xff, 0x7d, 0x23});
  const Bytes packet = Unframe(frame);
  CHECK(Bytes(packet.begin(), packet.begin() + 5) == Bytes{0xff, 0x03, 0xc0, 0x21, 0x01});
  const std::size_t length = static_cast<std::size_t>(packet[6] << 8 | packet[7]);
  CHECK(length == packet.size() - 4 - 2);
  CHECK(static_cast<std::uint16_t>(~PppFcs16(packet)) == 0xf0b8);
}

TEST_CASE("PPP is seen in the input wherever it starts") {
  CHECK(ShowsPppFrame(Bytes{0x7e, 0xff}));
  CHECK(ShowsPppFrame(Bytes{'a', 'l', 0x7e, 0xff, 0x7d}));
  CHECK_FALSE(ShowsPppFrame(Bytes{}));
  CHECK_FALSE(ShowsPppFrame(Bytes{'~', 'a'}));
  CHECK_FALSE(ShowsPppFrame(Bytes{0xff, 0x7e}));
}

TEST_CASE("the names are compared as the options say (EM-23)") {
  EmulatorOptions options;
  CHECK(AuthenticatePpp(options, "alice", "CONTOSO") == PppOutcome::kAuthenticated);
  options.ppp_user = "Alice";
  CHECK(AuthenticatePpp(options, "aLICE", "CONTOSO") == PppOutcome::kAuthenticated);
  CHECK(AuthenticatePpp(options, "alic", "CONTOSO") == PppOutcome::kNameMismatch);
  CHECK(AuthenticatePpp(options, "alicex", "CONTOSO") == PppOutcome::kNameMismatch);
  options.case_sensitive_names = true;
  CHECK(AuthenticatePpp(options, "alice", "CONTOSO") == PppOutcome::kNameMismatch);
  CHECK(AuthenticatePpp(options, "Alice", "CONTOSO") == PppOutcome::kAuthenticated);
  options.ppp_domain = "FABRIKAM";
  CHECK(AuthenticatePpp(options, "Alice", "CONTOSO") == PppOutcome::kAuthenticated);
  options.compare_domain = true;
  CHECK(AuthenticatePpp(options, "Alice", "CONTOSO") == PppOutcome::kNameMismatch);
  CHECK(AuthenticatePpp(options, "Alice", "FABRIKAM") == PppOutcome::kAuthenticated);
}

TEST_CASE("a wrong PPP password is refused whatever the names are (EM-21)") {
  EmulatorOptions options;
  options.ppp_refuse = true;
  CHECK(AuthenticatePpp(options, "alice", "CONTOSO") == PppOutcome::kRefused);
}

}  // namespace
}  // namespace rasshost
