// SPDX-License-Identifier: MIT
// The calls of Rasman that a worker's frames ask for, and what comes of them.
#pragma once

#include <atomic>
#include <cstdint>

#include "common/receive_outcome.h"
#include "security_dll/host_lock.h"
#include "security_dll/pending_receive.h"
#include "security_dll/private_pool.h"
#include "security_dll/rasman.h"
#include "security_dll/receive_pool.h"
#include "security_dll/reports.h"
#include "security_dll/session_owner.h"

namespace rasshost {

// Send and Receive are called on the thread of the worker that asks for them, since they return at
// once (SD-14); what a signalled receive has brought is collected on a thread of the private pool.
// Lives as long as the process.
class RasmanCalls final : private PendingReceive::Listener {
 public:
  RasmanCalls(HostLock& lock, const Rasman& rasman, Reports& reports, PrivatePool& pool,
              SessionOwner& owner)
      : lock_(lock), rasman_(rasman), reports_(reports), owner_(owner), receives_(*this, pool) {}

  // A machine has answered kCallSend or kCallReceive; SessionOwner::Settle follows.
  void CallSend(const SessionPtr& session, const Send& send) noexcept;
  void CallReceive(const SessionPtr& session, const Receive& receive) noexcept;

 private:
  void OnReceiveSignalled(std::uint64_t id, const std::shared_ptr<PendingReceive>& receive,
                          bool signalled) noexcept override;
  void LookAgain(const SessionPtr& session,
                 const std::shared_ptr<PendingReceive>& receive) noexcept;
  void Collect(const SessionPtr& session, const ReceiveOutcome& outcome) noexcept;
  void Fail(const SessionPtr& session, DWORD error) noexcept;
  void Settle(const SessionPtr& session) noexcept;
  // To the log, once: what is odd about this server.
  void TellDoubt(const RAS_SECURITY_INFO& info, WORD length_word) noexcept;

  HostLock& lock_;
  const Rasman& rasman_;
  Reports& reports_;
  SessionOwner& owner_;
  ReceivePool receives_;
  std::atomic<bool> told_ = false;
};

}  // namespace rasshost
