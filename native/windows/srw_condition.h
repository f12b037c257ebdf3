// SPDX-License-Identifier: MIT
// Windows' own condition variable in the shape of the standard one, for the reason of srw_lock.h.
#pragma once

#include <windows.h>

#include <algorithm>
#include <chrono>
#include <mutex>

#include "windows/srw_lock.h"

namespace rasshost {

class SrwCondition {
 public:
  using Guard = std::unique_lock<SrwLock>;
  using Clock = std::chrono::steady_clock;

  SrwCondition() noexcept = default;
  SrwCondition(const SrwCondition&) = delete;
  SrwCondition& operator=(const SrwCondition&) = delete;

  void NotifyOne() noexcept { WakeConditionVariable(&condition_); }
  void NotifyAll() noexcept { WakeAllConditionVariable(&condition_); }

  // These may also return without a reason.
  void Wait(Guard& guard) noexcept { Sleep(guard, INFINITE); }
  void WaitUntil(Guard& guard, Clock::time_point deadline) noexcept {
    constexpr long long kLongest = 1000LL * 60 * 60 * 24;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    Sleep(guard, static_cast<DWORD>(std::clamp<long long>(left.count(), 0, kLongest)));
  }

  template <typename Predicate>
  void Wait(Guard& guard, Predicate predicate) {
    while (!predicate()) Wait(guard);
  }
  // Whether it became true in time.
  template <typename Predicate>
  bool WaitFor(Guard& guard, Clock::duration duration, Predicate predicate) {
    const Clock::time_point deadline = Clock::now() + duration;
    while (!predicate()) {
      if (Clock::now() >= deadline) return false;
      WaitUntil(guard, deadline);
    }
    return true;
  }

 private:
  void Sleep(Guard& guard, DWORD milliseconds) noexcept {
    SleepConditionVariableSRW(&condition_, &guard.mutex()->lock_, milliseconds, 0);
  }

  CONDITION_VARIABLE condition_ = CONDITION_VARIABLE_INIT;
};

}  // namespace rasshost
