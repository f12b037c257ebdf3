// SPDX-License-Identifier: MIT
#include "common/awaited_signal.h"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

using rasshost::AwaitedSignal;

namespace {

constexpr std::uint64_t kOverdue = 1'000;

}  // namespace

TEST_CASE("A signal that came before anybody awaited it is not lost, and counts once") {
  AwaitedSignal signal;
  CHECK_FALSE(signal.OnSignal());
  CHECK_FALSE(signal.OnSignal());
  CHECK(signal.Await(kOverdue));
  CHECK_FALSE(signal.Await(kOverdue));
  CHECK(signal.OnSignal());
  CHECK_FALSE(signal.OnSignal());
}

TEST_CASE("Only what is awaited and overdue is given up, and its signal is then for the next") {
  AwaitedSignal signal;
  CHECK_FALSE(signal.GiveUp(kOverdue));
  CHECK_FALSE(signal.Await(kOverdue));
  CHECK_FALSE(signal.GiveUp(kOverdue - 1));
  CHECK(signal.GiveUp(kOverdue));
  CHECK_FALSE(signal.GiveUp(kOverdue));
  CHECK_FALSE(signal.OnSignal());
  CHECK_FALSE(signal.GiveUp(kOverdue));
  CHECK(signal.Await(kOverdue));
}

TEST_CASE("Of one who awaits and the thread of the signal exactly one goes on") {
  constexpr int kRounds = 30'000;
  AwaitedSignal signal;
  std::atomic<int> begun = 0;
  std::atomic<int> ended = 0;
  int on_thread = 0;
  std::thread signaller([&] {
    for (int round = 1; round <= kRounds; ++round) {
      while (begun < round) std::this_thread::yield();
      if (signal.OnSignal()) ++on_thread;
      ended = round;
    }
  });
  int wrong = 0;
  for (int round = 1; round <= kRounds; ++round) {
    const int before = on_thread;
    begun = round;
    // Sooner or later, so that the two meet at every point.
    for (std::atomic<int> turns = round % 100; turns > 0;) --turns;
    const bool at_once = signal.Await(kOverdue);
    while (ended < round) std::this_thread::yield();
    const int went_on = on_thread - before + (at_once ? 1 : 0);
    if (went_on == 1) continue;
    ++wrong;
    signal.GiveUp(kOverdue);
  }
  signaller.join();
  CHECK(wrong == 0);
}
