// SPDX-License-Identifier: MIT
// Time-outs as the thread pool wants them.
#pragma once

#include <windows.h>

#include <cstdint>

namespace rasshost {

// So many milliseconds from now: negative, in units of 100 ns.
inline FILETIME FromNow(std::uint64_t milliseconds) noexcept {
  ULARGE_INTEGER time;
  time.QuadPart = static_cast<ULONGLONG>(-static_cast<LONGLONG>(milliseconds * 10'000));
  return {time.LowPart, time.HighPart};
}

}  // namespace rasshost
