// SPDX-License-Identifier: MIT
// Brings together somebody who waits for a signal and the thread on which it comes, in whichever
// order they do.
#pragma once

#include <atomic>
#include <cstdint>

namespace rasshost {

// One awaits at a time. Of Await(), OnSignal() and GiveUp() exactly one answers true for each
// Await(), and whoever gets that answer goes on with what the signal was awaited for. Signals that
// nobody awaits count as one, for the next Await().
class AwaitedSignal {
 public:
  // True: it has come already. Else it is overdue at `overdue_ms` of a steady clock.
  bool Await(std::uint64_t overdue_ms) noexcept {
    std::uint64_t expected = kIdle;
    if (state_.compare_exchange_strong(expected, overdue_ms)) return false;
    state_ = kIdle;
    return true;
  }

  // The signal has come. On one thread at a time; one that comes together with a GiveUp() of
  // another is that of its Await().
  bool OnSignal() noexcept {
    if (state_.exchange(kSignalled) <= kSignalled) return false;
    state_ = kIdle;
    return true;
  }

  // True: it was awaited and overdue, and is not awaited any more.
  bool GiveUp(std::uint64_t now_ms) noexcept {
    std::uint64_t state = state_;
    return state > kSignalled && state <= now_ms && state_.compare_exchange_strong(state, kIdle);
  }

 private:
  static constexpr std::uint64_t kIdle = 0;
  static constexpr std::uint64_t kSignalled = 1;

  // One of these or, while it is awaited, when it is overdue: a single value, so that GiveUp()
  // can't mean another Await() than the one that it has looked at.
  std::atomic<std::uint64_t> state_ = kIdle;
};

}  // namespace rasshost
