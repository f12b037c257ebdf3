// SPDX-License-Identifier: MIT
// The times at which a keystroke passed each point of the floor program, on its way there and back.
#pragma once

#include <windows.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

namespace rasshost {

enum Hop : std::size_t {
  kTyped,        // host: the lines have read it
  kTaken,        // host: it goes to the channel
  kReaderWoken,  // node.exe: the reader thread's wait has returned
  kInJavaScript,
  kHostWoken,  // host: the wait for the channel has returned
  kShown,      // host: the line has written it
  kHops
};

// 100 ns under Wine, and of one clock for all processes.
inline LONGLONG Now() noexcept {
  LARGE_INTEGER now;
  QueryPerformanceCounter(&now);
  return now.QuadPart;
}

// What the floor's frames carry.
struct Keystroke {
  char key;
  std::array<LONGLONG, kHops> at;

  std::vector<std::byte> ToBytes() const {
    const auto bytes = std::as_bytes(std::span(this, 1));
    return {bytes.begin(), bytes.end()};
  }
  static Keystroke From(std::span<const std::byte> bytes) noexcept {
    Keystroke keystroke{};
    if (bytes.size() == sizeof keystroke) std::memcpy(&keystroke, bytes.data(), bytes.size());
    return keystroke;
  }
};

}  // namespace rasshost
