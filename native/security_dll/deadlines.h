// SPDX-License-Identifier: MIT
// When which session is due, and the timer that tells.
#pragma once

#include <cstdint>
#include <optional>

#include "common/deadline_queue.h"
#include "security_dll/host_lock.h"
#include "windows/unique_handle.h"

namespace rasshost {

// Under the host's lock. Only Add() allocates: ending a session must work without memory. Lives as
// long as the process.
class Deadlines {
 public:
  class Listener {
   public:
    // Something is due. On a thread of the pool, without the lock.
    virtual void OnDeadlines() noexcept = 0;

   protected:
    ~Listener() = default;
  };

  // Throws SystemError.
  Deadlines(HostLock& lock, Listener& listener);

  // As those of DeadlineQueue.
  void Add(const HostLock::Guard&, std::uint64_t session, std::uint64_t due_ms);
  void Move(const HostLock::Guard&, std::uint64_t session, std::uint64_t due_ms) noexcept;
  void Remove(const HostLock::Guard&, std::uint64_t session) noexcept { queue_.Remove(session); }
  // One session that is due, which has no deadline from now on. With nothing, the next is waited
  // for.
  std::optional<std::uint64_t> TakeDue(const HostLock::Guard&) noexcept;

 private:
  static void CALLBACK Passed(PTP_CALLBACK_INSTANCE, void* context, PTP_TIMER) noexcept;
  void Arm() noexcept;

  HostLock& lock_;
  Listener& listener_;
  const UniqueThreadpoolTimer timer_;
  DeadlineQueue queue_;
  std::uint64_t armed_for_ms_ = DeadlineQueue::kNever;  // when the timer will fire
};

}  // namespace rasshost
