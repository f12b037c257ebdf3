// SPDX-License-Identifier: MIT
// What the portable part does when it gets no memory: in this program, operator new refuses when
// it is told to.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <new>
#include <string>
#include <string_view>

namespace rasshost {

enum class Refuses { kOnce, kFromThereOn };

// While it lives, the n-th allocation of its thread throws std::bad_alloc, or that and all after
// it.
class RefusedMemory {
 public:
  RefusedMemory(std::size_t nth, Refuses how) noexcept;
  ~RefusedMemory();
  RefusedMemory(const RefusedMemory&) = delete;
  RefusedMemory& operator=(const RefusedMemory&) = delete;

  std::size_t asked() const noexcept;
};

// Allocations of this thread that have not been freed.
std::size_t LiveAllocations() noexcept;

// Runs a case with each of its allocations refused, once and from there on, until it asks for none
// that would be. A case sets itself up, calls `without` with what is to be tried, which answers
// whether that got what it wanted, and looks at what is left.
template <typename Case>
void WithEveryAllocationRefused(std::string_view name, Case run) {
  std::size_t reached = 0;
  for (const Refuses how : {Refuses::kOnce, Refuses::kFromThereOn}) {
    for (std::size_t nth = 1;; ++nth) {
      const std::size_t live = LiveAllocations();
      std::size_t asked = 0;
      run([&](auto attempt) {
        const RefusedMemory refused(nth, how);
        bool got_it = true;
        try {
          attempt();
        } catch (const std::bad_alloc&) {
          got_it = false;
        }
        asked = std::max(asked, refused.asked());
        return got_it;
      });
      CHECK_EQ(LiveAllocations(), live);
      if (asked < nth) break;
      ++reached;
    }
  }
  MESSAGE(std::string(name) << ": " << reached << " allocations refused");
  CHECK_GT(reached, 0);
}

// What must not ask for memory, so that a session can be ended without.
template <typename Attempt>
void AsksForNone(Attempt attempt) {
  const RefusedMemory refused(1, Refuses::kFromThereOn);
  attempt();
  CHECK_EQ(refused.asked(), 0);
}

}  // namespace rasshost
