// SPDX-License-Identifier: MIT
#include "security_dll/pending_receive.h"

#include <utility>

#include "windows/relative_time.h"

namespace rasshost {
namespace {

constexpr std::uint64_t kGraceSeconds = 60;

}  // namespace

bool PendingReceive::Register(PrivatePool& pool) noexcept {
  event_.reset(CreateEventW(nullptr, FALSE, FALSE, nullptr));
  collect_work_.reset(CreateThreadpoolWork(Collect, this, pool.environment()));
  look_timer_.reset(CreateThreadpoolTimer(Look, this, pool.environment()));
  HANDLE for_good = nullptr;
  return event_ && collect_work_ && look_timer_ &&
         RegisterWaitForSingleObject(&for_good, event_.get(), Signalled, this, INFINITE,
                                     WT_EXECUTEINWAITTHREAD);
}

void PendingReceive::Arm(DWORD session_seconds) noexcept {
  looking_ = false;
  const std::uint64_t bound_ms = (std::uint64_t{session_seconds} + kGraceSeconds) * 1000;
  if (!Await(GetTickCount64() + bound_ms)) Deliver(true);
}

void PendingReceive::ArmToLook(DWORD look_ms) noexcept {
  looking_ = true;
  // Overdue at once, so that the timer delivers it. A timer that comes late finds the next Await(),
  // which is not overdue.
  if (!Await(GetTickCount64())) return Deliver(true);
  FILETIME time = FromNow(look_ms);
  SetThreadpoolTimer(look_timer_.get(), &time, 0, 0);
}

// False: the signal has come already.
bool PendingReceive::Await(std::uint64_t overdue_ms) noexcept {
  self_ = shared_from_this();
  return !signal_.Await(overdue_ms);
}

void CALLBACK PendingReceive::Signalled(void* context, BOOLEAN) noexcept {
  auto* const receive = static_cast<PendingReceive*>(context);
  if (receive->signal_.OnSignal()) SubmitThreadpoolWork(receive->collect_work_.get());
}

void CALLBACK PendingReceive::Collect(PTP_CALLBACK_INSTANCE, void* context, PTP_WORK) noexcept {
  static_cast<PendingReceive*>(context)->Deliver(true);
}

void CALLBACK PendingReceive::Look(PTP_CALLBACK_INSTANCE, void* context, PTP_TIMER) noexcept {
  static_cast<PendingReceive*>(context)->DeliverIfOverdue(GetTickCount64());
}

void PendingReceive::Deliver(bool signalled) noexcept {
  const std::shared_ptr<PendingReceive> receive = std::move(self_);
  listener_.OnReceiveSignalled(session_, receive, signalled);
}

void PendingReceive::DeliverIfOverdue(std::uint64_t now_ms) noexcept {
  if (signal_.GiveUp(now_ms)) Deliver(!looking_);
}

}  // namespace rasshost
