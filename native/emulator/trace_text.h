// SPDX-License-Identifier: MIT
// What the server calls things in its trace and its messages.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "windows/ras_interface.h"

namespace rasshost {

inline constexpr std::string_view kBegin = "RasSecurityDialogBegin";
inline constexpr std::string_view kEnd = "RasSecurityDialogEnd";
inline constexpr std::string_view kComplete = "RasSecurityDialogComplete";
inline constexpr std::string_view kSend = "RasSecurityDialogSend";
inline constexpr std::string_view kReceive = "RasSecurityDialogReceive";
inline constexpr std::string_view kGetInfo = "RasSecurityDialogGetInfo";

// ras.h: RASCONNSTATE
inline constexpr DWORD kAuthenticate = 5;
inline constexpr DWORD kInteractive = 4096;
inline constexpr DWORD kConnected = 8192;
inline constexpr DWORD kDisconnected = 8193;

inline std::string PortName(std::uint32_t port) { return "port " + std::to_string(port); }

inline std::uint64_t ToNumber(HPORT handle) noexcept {
  return reinterpret_cast<std::uintptr_t>(handle);
}

template <std::size_t N>
std::string_view UpToNul(const CHAR (&text)[N]) noexcept {
  const CHAR* const end = std::find(text, text + N, '\0');
  return {text, static_cast<std::size_t>(end - text)};
}

inline std::string_view AsText(const BYTE* bytes, std::size_t size) noexcept {
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace rasshost
