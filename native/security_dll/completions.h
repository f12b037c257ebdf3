// SPDX-License-Identifier: MIT
// Verdicts on their way to the RAS server.
#pragma once

#include <atomic>
#include <list>

#include "security_dll/host_lock.h"
#include "security_dll/host_service.h"
#include "security_dll/private_pool.h"
#include "security_dll/reports.h"
#include "security_dll/session_owner.h"
#include "windows/unique_handle.h"

namespace rasshost {

// Calls Complete, which is the server's code and may take its time, on threads of the private pool.
// Lives as long as the process.
class Completions {
 public:
  // Throws SystemError.
  Completions(HostLock& lock, HostService& service, Reports& reports, PrivatePool& pool,
              SessionOwner& owner);

  // Complete is to be called for a session whose machine has decided so.
  void Soon(const HostLock::Guard&, const SessionPtr& session) noexcept;

  // What Complete lies in stays loaded for as long as the process lives. Not on the server's
  // thread.
  void Pin(CompleteFunction complete) noexcept;

 private:
  static void CALLBACK CompleteDecided(PTP_CALLBACK_INSTANCE, void* context, PTP_WORK) noexcept;
  void CompleteNext() noexcept;
  void CallComplete(const SessionPtr& session) noexcept;
  // Whether the server may be called. Under the lock, with the service's state of just before.
  static bool MayCall(const Session& session, const HostService::Look& service) noexcept;
  void TellVerdict(const Session& session) noexcept;

  HostLock& lock_;
  HostService& service_;
  Reports& reports_;
  SessionOwner& owner_;
  const UniqueThreadpoolWork work_;
  std::atomic<CompleteFunction> pinned_ = nullptr;

  std::list<SessionPtr> decided_;  // their Complete is to be called; under the lock
};

}  // namespace rasshost
