// SPDX-License-Identifier: MIT
// Which session is due when. Keeps no clock, no thread and no lock of its own.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace rasshost {

// Times are milliseconds of a steady clock. For use under the owner's lock.
class DeadlineQueue {
 public:
  // Replaces the session's earlier deadline, if any.
  void Set(std::uint64_t session, std::uint64_t due_ms) {
    Clear(session);
    due_.emplace(session, due_ms);
    order_.emplace(due_ms, session);
  }
  void Clear(std::uint64_t session) {
    const auto found = due_.find(session);
    if (found == due_.end()) return;
    order_.erase({found->second, session});
    due_.erase(found);
  }
  std::optional<std::uint64_t> Due(std::uint64_t session) const {
    const auto found = due_.find(session);
    return found == due_.end() ? std::nullopt : std::optional(found->second);
  }
  std::optional<std::uint64_t> Earliest() const {
    return order_.empty() ? std::nullopt : std::optional(order_.begin()->first);
  }
  // Takes out one session that is due.
  std::optional<std::uint64_t> TakeDue(std::uint64_t now_ms) {
    if (order_.empty() || order_.begin()->first > now_ms) return std::nullopt;
    const std::uint64_t session = order_.begin()->second;
    Clear(session);
    return session;
  }

 private:
  std::map<std::uint64_t, std::uint64_t> due_;               // session → time
  std::set<std::pair<std::uint64_t, std::uint64_t>> order_;  // time, session
};

}  // namespace rasshost
