// SPDX-License-Identifier: MIT
// The receives that Rasman may own, used again and again.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>

#include "security_dll/pending_receive.h"
#include "windows/srw_lock.h"

namespace rasshost {

// Holds as many as were ever needed at a time, each with an event and a place among the system's
// waits. Lives as long as the process.
class ReceivePool {
 public:
  ReceivePool(PendingReceive::Listener& listener, PrivatePool& pool)
      : listener_(listener), pool_(pool) {}

  // For the receives of one session. Null when there is no memory, or the system refuses an event
  // or a wait.
  std::shared_ptr<PendingReceive> Take(std::uint64_t session) noexcept;

 private:
  using Guard = std::lock_guard<SrwLock>;

  void DeliverOverdue() noexcept;
  // Null when the system refuses. Throws std::bad_alloc.
  PendingReceive* Make(const Guard&);
  void Put(PendingReceive* receive) noexcept;

  PendingReceive::Listener& listener_;
  PrivatePool& pool_;
  SrwLock lock_;
  std::deque<PendingReceive> all_;
  PendingReceive* free_ = nullptr;  // the first one
};

}  // namespace rasshost
