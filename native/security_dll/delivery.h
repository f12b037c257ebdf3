// SPDX-License-Identifier: MIT
// Sessions on their way to a worker.
#pragma once

#include <list>

#include "security_dll/completions.h"
#include "security_dll/deadlines.h"
#include "security_dll/host_lock.h"
#include "security_dll/private_pool.h"
#include "security_dll/rasman.h"
#include "security_dll/session_owner.h"
#include "security_dll/supervisor.h"
#include "windows/unique_handle.h"

namespace rasshost {

// Begin leaves a session here and returns; a thread of the private pool asks Rasman for the port's
// device, and gives the session to a worker. Lives as long as the process.
class Delivery {
 public:
  // Throws SystemError.
  Delivery(HostLock& lock, const Rasman& rasman, Supervisor& supervisor, Deadlines& deadlines,
           Completions& completions, PrivatePool& pool, SessionOwner& owner);

  void Queue(const HostLock::Guard&, const SessionPtr& session) noexcept;
  // The session has ended before a worker had it. What is not queued, stays as it is.
  void Unqueue(const HostLock::Guard&, Session& session) noexcept;
  // The one that has waited the longest, if its number is not above `last`. Null: there is none.
  SessionPtr TakeFirst(const HostLock::Guard&, std::uint64_t last) noexcept;
  // The number of the one that has come last; 0 if there is none.
  std::uint64_t LastQueued(const HostLock::Guard&) const noexcept;

  // A worker may be there for those that wait. Any thread, also with the lock.
  void Soon() noexcept { SubmitThreadpoolWork(work_.get()); }

 private:
  static void CALLBACK Deliver(PTP_CALLBACK_INSTANCE, void* context, PTP_WORK) noexcept;
  void DeliverNext() noexcept;
  void DeliverOne(const SessionPtr& session);

  HostLock& lock_;
  const Rasman& rasman_;
  Supervisor& supervisor_;
  Deadlines& deadlines_;
  Completions& completions_;
  SessionOwner& owner_;
  const UniqueThreadpoolWork work_;

  std::list<SessionPtr> queued_;  // by their numbers; under the lock
};

}  // namespace rasshost
