// SPDX-License-Identifier: MIT
// The little of PPP that follows a dialog: the first LCP frame and the outcome of authentication.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "emulator/portable/options.h"

namespace rasshost {

// The frame check sequence of RFC 1662, appendix C.
std::uint16_t PppFcs16(std::span<const std::uint8_t> bytes) noexcept;

// Flags, byte stuffing of all control characters and the FCS of RFC 1662 around `packet`, which
// starts with address and control.
std::vector<std::uint8_t> PppFrame(std::span<const std::uint8_t> packet);

// The framed LCP Configure-Request of a server that wants MS-CHAP v2 (RFC 1661, RFC 2759).
std::vector<std::uint8_t> LcpConfigureRequest();

// Whether `input` shows that the client has started PPP.
bool ShowsPppFrame(std::span<const std::uint8_t> input) noexcept;

enum class PppOutcome { kAuthenticated, kRefused, kNameMismatch };

// What PPP authentication says of the user whom the security DLL let pass (EM-21, EM-23).
PppOutcome AuthenticatePpp(const CallOptions& options, std::string_view user_name,
                           std::string_view domain);

}  // namespace rasshost
