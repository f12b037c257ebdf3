// SPDX-License-Identifier: MIT
// The security DLL's heart: the table of sessions, and who may do what to them when.
#pragma once

#include <cstdint>
#include <memory>

#include "common/session_table.h"
#include "security_dll/completions.h"
#include "security_dll/deadlines.h"
#include "security_dll/delivery.h"
#include "security_dll/host_lock.h"
#include "security_dll/host_service.h"
#include "security_dll/private_pool.h"
#include "security_dll/rasman.h"
#include "security_dll/rasman_calls.h"
#include "security_dll/reports.h"
#include "security_dll/session.h"
#include "security_dll/session_owner.h"
#include "security_dll/supervisor.h"

namespace rasshost {

// Begin and End run on threads of the RAS server, frames are handled on their worker's thread. What
// may take its time runs in thread pools: calls of the server and of Rasman in a private one,
// starts of workers, deadlines and reports in the process's.
class SecurityHost final : private Supervisor::Listener,
                           private SessionOwner,
                           private Deadlines::Listener,
                           private HostService::Listener {
 public:
  // Made at the first call that the system grants all that is needed, and never destroyed, like the
  // module: thread-pool callbacks may outlive every order of destruction.
  // Throws std::bad_alloc, SystemError; the next call tries again.
  static SecurityHost& Instance();

  // NO_ERROR: the transaction has started and Complete will be called. Anything else: it is over;
  // ERROR_BUSY while a Complete of the port's last transaction has not come back, since the server
  // could take it for this one's (SD-29). Waits for nothing (SD-04). Throws std::bad_alloc.
  DWORD Begin(const BeginArguments& arguments);

  // ERROR_PORT_DISCONNECTED: nothing more will be done to the port. NO_ERROR: Complete follows
  // (SD-24). Never waits.
  DWORD End(HPORT port) noexcept;

 private:
  using Guard = HostLock::Guard;

  SecurityHost() = default;

  SessionPtr Find(const Guard&, std::uint64_t id) noexcept override;
  void Settle(const Guard&, const SessionPtr& session, SessionAction action) noexcept override;
  void Abandon(const Guard&, Session& session) noexcept override;
  void Fail(const Guard&, const SessionPtr& session, DWORD error) noexcept override;
  bool OnSessionFrame(Worker& worker, Frame& frame) override;
  void OnSessionsLost(const Worker& worker, DWORD error, bool here) noexcept override;
  void OnCurrentChanged(const Guard&) noexcept override { delivery_.Soon(); }
  void OnNoWorker(DWORD error) noexcept override;
  void OnDeadlines() noexcept override;
  void OnServiceDown(HostService::State state) noexcept override;

  void AbandonEarlier(const Guard&, HPORT port) noexcept;
  // The session stops running for a reason of ours; its verdict becomes ERROR with this code.
  void Overrule(const Guard&, const SessionPtr& session, SessionEvent event, DWORD error,
                EndReason reason) noexcept;
  void TellEnded(const Guard&, Session& session, EndReason reason) noexcept;

  HostLock lock_;
  Reports reports_;
  PrivatePool pool_;
  Rasman rasman_;  // null until the first Begin that finds it
  HostService service_{*this};
  Deadlines deadlines_{lock_, *this};
  Completions completions_{lock_, service_, reports_, pool_, *this};
  Supervisor supervisor_{lock_, service_, reports_, *this};
  Delivery delivery_{lock_, rasman_, supervisor_, deadlines_, completions_, pool_, *this};
  RasmanCalls calls_{lock_, rasman_, reports_, pool_, *this};

  SessionTable<Session> sessions_;  // under the lock
};

}  // namespace rasshost
