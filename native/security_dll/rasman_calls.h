// SPDX-License-Identifier: MIT
// The calls of Rasman that a worker's frames ask for, and what comes of them.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

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
  // What length word and GetInfo say of a receive that was signalled.
  struct Outcome {
    DWORD error;
    std::size_t count;  // bytes
    bool settled;       // false: they may not agree yet
  };
  enum class Doubt : std::uint8_t { kLengthWord, kBytesReceived, kError };

  void OnReceiveSignalled(std::uint64_t id,
                          const std::shared_ptr<PendingReceive>& receive) noexcept override;
  Outcome OutcomeOf(const RAS_SECURITY_INFO& info, const PendingReceive& receive,
                    std::size_t wanted) noexcept;
  void LookAgain(const SessionPtr& session,
                 const std::shared_ptr<PendingReceive>& receive) noexcept;
  void Collect(const SessionPtr& session, const Outcome& outcome) noexcept;
  void Fail(const SessionPtr& session, DWORD error) noexcept;
  void Settle(const SessionPtr& session) noexcept;
  // To the log, each kind once.
  void Tell(Doubt doubt) noexcept;

  HostLock& lock_;
  const Rasman& rasman_;
  Reports& reports_;
  SessionOwner& owner_;
  ReceivePool receives_;
  std::atomic<std::uint32_t> told_ = 0;  // a bit for each Doubt
};

}  // namespace rasshost
