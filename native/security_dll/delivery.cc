// SPDX-License-Identifier: MIT
#include "security_dll/delivery.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "security_dll/guarded.h"

namespace rasshost {
namespace {

std::uint64_t Address(const void* pointer) noexcept {
  return reinterpret_cast<std::uintptr_t>(pointer);
}

}  // namespace

Delivery::Delivery(HostLock& lock, const Rasman& rasman, Supervisor& supervisor,
                   Deadlines& deadlines, Completions& completions, PrivatePool& pool,
                   SessionOwner& owner)
    : lock_(lock),
      rasman_(rasman),
      supervisor_(supervisor),
      deadlines_(deadlines),
      completions_(completions),
      owner_(owner),
      work_(
          Granted(UniqueThreadpoolWork(CreateThreadpoolWork(Deliver, this, pool.environment())))) {}

void Delivery::Queue(const HostLock::Guard&, const SessionPtr& session) noexcept {
  session->place.front() = session;
  // One that is queued again comes before those that have come after it.
  const auto next = std::find_if(queued_.rbegin(), queued_.rend(), [&](const SessionPtr& other) {
                      return other->id < session->id;
                    }).base();
  queued_.splice(next, session->place);
}

void Delivery::Unqueue(const HostLock::Guard&, Session& session) noexcept {
  const auto found = std::find_if(queued_.begin(), queued_.end(),
                                  [&](const SessionPtr& other) { return other.get() == &session; });
  if (found == queued_.end()) return;
  session.place.splice(session.place.end(), queued_, found);
  // Only now: it may have been the last reference but the caller's.
  session.place.front().reset();
}

SessionPtr Delivery::TakeFirst(const HostLock::Guard&, std::uint64_t last) noexcept {
  if (queued_.empty() || queued_.front()->id > last) return nullptr;
  const SessionPtr session = std::move(queued_.front());
  session->place.splice(session->place.end(), queued_, queued_.begin());
  return session;
}

std::uint64_t Delivery::LastQueued(const HostLock::Guard&) const noexcept {
  return queued_.empty() ? 0 : queued_.back()->id;
}

void CALLBACK Delivery::Deliver(PTP_CALLBACK_INSTANCE, void* context, PTP_WORK) noexcept {
  static_cast<Delivery*>(context)->DeliverNext();
}

void Delivery::DeliverNext() noexcept {
  while (true) {
    SessionPtr session;
    {
      const HostLock::Guard guard(lock_);
      if (queued_.empty() || !supervisor_.Current(guard)) return;
      session = TakeFirst(guard, queued_.front()->id);
      // GetInfo of one port must not keep the others waiting.
      if (!queued_.empty()) Soon();
    }
    Guarded([&] { DeliverOne(session); },
            [&](DWORD error) {
              const HostLock::Guard guard(lock_);
              owner_.Settle(guard, session, session->Overrule(SessionEvent::kWorkerLost, error));
            });
  }
}

void Delivery::DeliverOne(const SessionPtr& session) {
  RAS_SECURITY_INFO info{};
  const bool here = session->settings->placement == Placement::kInProcess;
  completions_.Pin(session->begin.complete);
  if (!here) {
    {
      const HostLock::Guard guard(lock_);
      if (!session->machine.Claim()) return;
    }
    if (rasman_.get_info(session->begin.port, &info) != NO_ERROR) info = {};
    const HostLock::Guard guard(lock_);
    owner_.Settle(guard, session, session->machine.Returned());
  }

  // Before anything of the session is changed: this may find no memory.
  Frame frame{session->id,
              rasshost::Begin{session->limits.send_size,
                              session->limits.receive_size,
                              0,
                              here ? Address(session->begin.port) : 0,
                              here ? Address(session->begin.send_buffer) : 0,
                              here ? Address(session->begin.receive_buffer) : 0,
                              {info.DeviceName, strnlen(info.DeviceName, kMaxDeviceName)}}};
  const HostLock::Guard guard(lock_);
  if (session->machine.state() != SessionState::kQueued) return;
  const auto worker = supervisor_.Current(guard);
  if (!worker) {
    Queue(guard, session);
    // The worker was lost during GetInfo. Its successor may have found the queue empty meanwhile,
    // or there may be none yet: look again.
    return Soon();
  }
  deadlines_.Move(guard, session->id, DialogDeadline(*session));
  std::get<rasshost::Begin>(frame.message).budget_ms =
      static_cast<std::uint32_t>(RemainingMs(*session));
  session->machine.On(SessionEvent::kDelivered);
  session->worker = worker;
  session->counted = true;
  supervisor_.SessionBegun(guard, *worker);
  worker->Write(frame);
}

}  // namespace rasshost
