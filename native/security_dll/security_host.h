// SPDX-License-Identifier: MIT
// The security DLL's heart: the table of sessions, and who may do what to them when.
#pragma once

#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <mutex>

#include "common/deadline_queue.h"
#include "common/session_table.h"
#include "common/srw_lock.h"
#include "security_dll/event_log.h"
#include "security_dll/log.h"
#include "security_dll/pending_receive.h"
#include "security_dll/rasman.h"
#include "security_dll/receive_pool.h"
#include "security_dll/session.h"
#include "security_dll/supervisor.h"

namespace rasshost {

// Begin and End run on threads of the RAS server, frames are handled on their worker's thread, the
// signals of receives on those that the system waits on. Rasman's functions, which all return at
// once (SD-14), are called there as well. Everything else, above all Complete, which is the
// server's code and may take its time, runs in the system's thread pool. `lock_` guards the table,
// every SessionCore and the supervisor; it is never held while calling Rasman, Complete, or the
// system for anything slow.
class SecurityHost final : private Supervisor::Listener, private PendingReceive::Listener {
 public:
  // Made at the first call and never destroyed, like the module: thread-pool callbacks may outlive
  // every order of destruction.
  // Throws std::bad_alloc.
  static SecurityHost& Instance();

  // NO_ERROR: the transaction has started and Complete will be called. Anything else: it is over;
  // ERROR_BUSY while the Complete of the port's last transaction has not come back, since the
  // server could take it for this one's (SD-29). Waits for nothing (SD-04).
  DWORD Begin(const BeginArguments& arguments) noexcept;

  // ERROR_PORT_DISCONNECTED: nothing more will be done to the port. NO_ERROR: Complete follows
  // (SD-24). Never waits.
  DWORD End(HPORT port) noexcept;

 private:
  using Guard = Supervisor::Guard;
  using SessionPtr = std::shared_ptr<Session>;

  SecurityHost();

  bool OnSessionFrame(Worker& worker, Frame& frame) override;
  void OnSessionsLost(const Worker& worker, DWORD error, bool here) noexcept override;
  void OnCurrentChanged() noexcept override;
  void OnNoWorker(DWORD error) noexcept override;
  void OnReceiveSignalled(std::uint64_t id,
                          const std::shared_ptr<PendingReceive>& receive) noexcept override;

  static void CALLBACK Deliver(PTP_CALLBACK_INSTANCE, void* context, PTP_WORK) noexcept;
  static void CALLBACK CompleteDecided(PTP_CALLBACK_INSTANCE, void* context, PTP_WORK) noexcept;
  static void CALLBACK DeadlinePassed(PTP_CALLBACK_INSTANCE, void* context, PTP_TIMER) noexcept;
  void DeliverQueued();
  void DeliverOne(const SessionPtr& session);
  void OnDeadlines() noexcept;

  void CallSend(const SessionPtr& session, const Send& send);
  void CallReceive(const SessionPtr& session, const Receive& receive);
  void FinishCall(const SessionPtr& session);
  void CompleteSoon(const SessionPtr& session) noexcept;
  void CompleteNext() noexcept;
  void CallComplete(const SessionPtr& session) noexcept;
  void TellVerdict(const Session& session) noexcept;

  void AbandonEarlier(const Guard&, HPORT port) noexcept;
  // The session stops running for a reason of ours; its verdict becomes ERROR with this code.
  SessionAction Overrule(const Guard&, Session& session, SessionEvent event, DWORD error) noexcept;
  void TellEnded(const Guard&, Session& session, EndReason reason) noexcept;
  void ArmTimer(const Guard&) noexcept;
  void ForgetIfOver(const Guard&, Session& session) noexcept;

  Rasman rasman_;
  const DWORD rasman_error_ = rasman_.Load();
  Log log_;
  EventLog events_{log_};
  ReceivePool receives_{*this};
  PTP_WORK deliver_work_;
  PTP_WORK complete_work_;
  PTP_TIMER deadline_timer_;

  SrwLock lock_;
  SessionTable<Session> sessions_;
  std::deque<SessionPtr> queued_;
  std::list<SessionPtr> decided_;  // their Complete is to be called
  DeadlineQueue deadlines_;
  std::uint64_t armed_for_ms_ = DeadlineQueue::kNever;  // when deadline_timer_ will fire
  Supervisor supervisor_{lock_, log_, events_, *this};
};

}  // namespace rasshost
