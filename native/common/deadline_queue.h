// SPDX-License-Identifier: MIT
// Which session is due when. Keeps no clock, no thread and no lock of its own.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

namespace rasshost {

// Times are milliseconds of a steady clock. For use under the owner's lock. Only Add() allocates:
// ending a session must work without memory.
class DeadlineQueue {
 public:
  static constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

  // Throws std::bad_alloc, and then has added nothing.
  void Add(std::uint64_t session, std::uint64_t due_ms) {
    const auto place = order_.emplace(due_ms, session).first;
    try {
      due_.emplace(session, due_ms);
    } catch (...) {
      order_.erase(place);
      throw;
    }
  }
  void Move(std::uint64_t session, std::uint64_t due_ms) noexcept {
    const auto found = due_.find(session);
    if (found == due_.end()) return;
    auto place = order_.extract({found->second, session});
    found->second = place.value().first = due_ms;
    order_.insert(std::move(place));
  }
  void Remove(std::uint64_t session) noexcept {
    const auto found = due_.find(session);
    if (found == due_.end()) return;
    order_.erase({found->second, session});
    due_.erase(found);
  }
  // kNever when nothing is due ever.
  std::uint64_t Earliest() const noexcept {
    return order_.empty() ? kNever : order_.begin()->first;
  }
  // One session that is due, which has no deadline from now on.
  std::optional<std::uint64_t> TakeDue(std::uint64_t now_ms) noexcept {
    if (Earliest() > now_ms) return std::nullopt;
    const std::uint64_t session = order_.begin()->second;
    Move(session, kNever);
    return session;
  }

 private:
  std::unordered_map<std::uint64_t, std::uint64_t> due_;     // session → time
  std::set<std::pair<std::uint64_t, std::uint64_t>> order_;  // time, session
};

}  // namespace rasshost
