// SPDX-License-Identifier: MIT
// How long to wait before the next start of a worker, if the workers before never took a call.
#pragma once

#include <algorithm>
#include <cstdint>

namespace rasshost {

// Times are milliseconds of a steady clock. Keeps no clock and no lock of its own.
class RestartThrottle {
 public:
  static constexpr std::uint64_t kFirstDelayMs = 500;
  static constexpr std::uint64_t kLongestDelayMs = 60'000;

  // A worker could not be started, or died before it took a call. The next start waits twice as
  // long as the one before, up to the longest delay. Returns that delay.
  std::uint64_t Failed(std::uint64_t now_ms) noexcept {
    delay_ms_ = delay_ms_ == 0 ? kFirstDelayMs : std::min(2 * delay_ms_, kLongestDelayMs);
    not_before_ms_ = now_ms + delay_ms_;
    ++failures_;
    return delay_ms_;
  }

  // A worker has taken a call, or the administrator asks for another try: the failures are
  // forgotten.
  void Reset() noexcept { *this = {}; }

  // How long a start has to wait from now on; 0 when it may begin.
  std::uint64_t WaitMs(std::uint64_t now_ms) const noexcept {
    return not_before_ms_ > now_ms ? not_before_ms_ - now_ms : 0;
  }
  // In a row.
  std::uint32_t failures() const noexcept { return failures_; }

 private:
  std::uint64_t delay_ms_ = 0;
  std::uint64_t not_before_ms_ = 0;
  std::uint32_t failures_ = 0;
};

}  // namespace rasshost
