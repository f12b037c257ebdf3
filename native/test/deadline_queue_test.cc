// SPDX-License-Identifier: MIT
#include "common/deadline_queue.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "refused_memory.h"

using rasshost::AsksForNone;
using rasshost::DeadlineQueue;
using rasshost::WithEveryAllocationRefused;
using Sessions = std::vector<std::uint64_t>;

namespace {

// All sessions that are due, in the order in which they come.
Sessions TakeAll(DeadlineQueue& queue, std::uint64_t now_ms) {
  Sessions sessions;
  while (const auto session = queue.TakeDue(now_ms)) sessions.push_back(*session);
  return sessions;
}

}  // namespace

TEST_CASE("Sessions are due in the order of their times, and all that share a time") {
  DeadlineQueue queue;
  CHECK(queue.Earliest() == DeadlineQueue::kNever);
  queue.Add(1, 300);
  queue.Add(2, 100);
  queue.Add(3, 200);
  queue.Add(4, 100);
  CHECK(queue.Earliest() == 100);
  CHECK(TakeAll(queue, 99) == Sessions{});
  CHECK(TakeAll(queue, 100) == Sessions{2, 4});
  CHECK(queue.Earliest() == 200);
  CHECK(TakeAll(queue, 1000) == Sessions{3, 1});
  CHECK(queue.Earliest() == DeadlineQueue::kNever);
}

TEST_CASE("A deadline that has passed does not come again, unless the session gets another") {
  DeadlineQueue queue;
  queue.Add(1, 100);
  queue.Add(2, 150);
  REQUIRE(TakeAll(queue, 100) == Sessions{1});
  CHECK(TakeAll(queue, 149) == Sessions{});
  queue.Move(1, 400);
  queue.Move(2, 500);
  CHECK(TakeAll(queue, 450) == Sessions{1});
  queue.Move(2, DeadlineQueue::kNever);
  CHECK(queue.Earliest() == DeadlineQueue::kNever);
}

TEST_CASE("A session that has ended is not due, and those of the same time are") {
  DeadlineQueue queue;
  for (std::uint64_t session = 1; session <= 3; ++session) queue.Add(session, 100);
  queue.Remove(2);
  queue.Remove(2);
  queue.Move(2, 50);
  CHECK(queue.Earliest() == 100);
  CHECK(TakeAll(queue, 100) == Sessions{1, 3});
  queue.Remove(1);
  queue.Remove(3);
  queue.Move(1, 50);
  CHECK(queue.Earliest() == DeadlineQueue::kNever);
}

TEST_CASE("Deadlines are moved, come and are removed without memory") {
  DeadlineQueue queue;
  for (std::uint64_t session = 1; session <= 100; ++session) queue.Add(session, 1000 - session);
  std::optional<std::uint64_t> first;
  AsksForNone([&] {
    for (std::uint64_t session = 1; session <= 100; ++session) queue.Move(session, session);
    first = queue.TakeDue(50);
    for (std::uint64_t session = 1; session <= 99; ++session) queue.Remove(session);
  });
  CHECK(first == 1);
  CHECK(queue.Earliest() == 100);
  CHECK(TakeAll(queue, 100) == Sessions{100});
}

TEST_CASE("A session for which there is too little memory is not added") {
  WithEveryAllocationRefused("deadline", [](auto without) {
    DeadlineQueue queue;
    queue.Add(1, 100);
    const bool added = without([&] { queue.Add(2, 50); });
    CHECK(queue.Earliest() == (added ? 50 : 100));
    if (!added) queue.Add(2, 50);
    CHECK(TakeAll(queue, 100) == Sessions{2, 1});
  });
}
