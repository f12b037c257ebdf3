// SPDX-License-Identifier: MIT
// Codes of raserror.h, for code that is built without the headers of Windows; ras_interface.h
// compares them with those.
#pragma once

#include <cstdint>

namespace rasshost {

inline constexpr std::uint32_t kPending = 600;
inline constexpr std::uint32_t kBufferTooSmall = 603;
inline constexpr std::uint32_t kBufferInvalid = 610;
inline constexpr std::uint32_t kAsyncRequestPending = 616;
inline constexpr std::uint32_t kPortDisconnected = 619;
inline constexpr std::uint32_t kAuthInternal = 645;

}  // namespace rasshost
