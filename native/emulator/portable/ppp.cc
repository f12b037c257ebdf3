// SPDX-License-Identifier: MIT
#include "emulator/portable/ppp.h"

#include <algorithm>
#include <array>

namespace rasshost {
namespace {

constexpr std::uint8_t kFlag = 0x7e;
constexpr std::uint8_t kEscape = 0x7d;

void Stuff(std::vector<std::uint8_t>& frame, std::uint8_t byte) {
  if (byte < 0x20 || byte == kFlag || byte == kEscape) {
    frame.push_back(kEscape);
    byte ^= 0x20;
  }
  frame.push_back(byte);
}

char Lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool SameName(std::string_view a, std::string_view b, bool case_sensitive) {
  if (case_sensitive) return a == b;
  return std::ranges::equal(a, b, {}, Lower, Lower);
}

}  // namespace

std::uint16_t PppFcs16(std::span<const std::uint8_t> bytes) noexcept {
  constexpr std::uint16_t kPolynomial = 0x8408;
  std::uint16_t fcs = 0xffff;
  for (const std::uint8_t byte : bytes) {
    fcs = static_cast<std::uint16_t>(fcs ^ byte);
    for (int bit = 0; bit < 8; ++bit) {
      const int shifted = fcs >> 1;
      fcs = static_cast<std::uint16_t>((fcs & 1) != 0 ? shifted ^ kPolynomial : shifted);
    }
  }
  return static_cast<std::uint16_t>(~fcs);
}

std::vector<std::uint8_t> PppFrame(std::span<const std::uint8_t> packet) {
  const std::uint16_t fcs = PppFcs16(packet);
  std::vector<std::uint8_t> frame{kFlag};
  for (const std::uint8_t byte : packet) Stuff(frame, byte);
  Stuff(frame, static_cast<std::uint8_t>(fcs & 0xff));
  Stuff(frame, static_cast<std::uint8_t>(fcs >> 8));
  frame.push_back(kFlag);
  return frame;
}

std::vector<std::uint8_t> LcpConfigureRequest() {
  constexpr std::array<std::uint8_t, 27> kPacket = {
      0xff, 0x03, 0xc0, 0x21,              // address, control, LCP
      0x01, 0x01, 0x00, 0x17,              // Configure-Request, identifier 1, length 23
      0x02, 0x06, 0x00, 0x00, 0x00, 0x00,  // no control character needs escaping
      0x03, 0x05, 0xc2, 0x23, 0x81,        // authentication: MS-CHAP v2
      0x05, 0x06, 0x52, 0x41, 0x53, 0x21,  // magic number
      0x07, 0x02,                          // protocol field compression
  };
  return PppFrame(kPacket);
}

bool ShowsPppFrame(std::span<const std::uint8_t> input) noexcept {
  constexpr std::array<std::uint8_t, 2> kStart = {kFlag, 0xff};
  return std::search(input.begin(), input.end(), kStart.begin(), kStart.end()) != input.end();
}

PppOutcome AuthenticatePpp(const CallOptions& options, std::string_view user_name,
                           std::string_view domain) {
  if (options.ppp_refuse) return PppOutcome::kRefused;
  const bool same_user =
      !options.ppp_user || SameName(*options.ppp_user, user_name, options.case_sensitive_names);
  const bool same_domain =
      !options.compare_domain || SameName(options.ppp_domain, domain, options.case_sensitive_names);
  return same_user && same_domain ? PppOutcome::kAuthenticated : PppOutcome::kNameMismatch;
}

}  // namespace rasshost
