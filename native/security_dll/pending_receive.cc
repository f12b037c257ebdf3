// SPDX-License-Identifier: MIT
#include "security_dll/pending_receive.h"

#include <utility>

#include "common/relative_time.h"

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
  if (!Await(session_seconds)) Deliver();
}

void PendingReceive::ArmToLook(DWORD session_seconds, DWORD look_ms) noexcept {
  if (!Await(session_seconds)) return Deliver();
  FILETIME time = FromNow(look_ms);
  SetThreadpoolTimer(look_timer_.get(), &time, 0, 0);
}

// False: the signal has come already.
bool PendingReceive::Await(DWORD session_seconds) noexcept {
  self_ = shared_from_this();
  const std::uint64_t bound_ms = (std::uint64_t{session_seconds} + kGraceSeconds) * 1000;
  return !signal_.Await(GetTickCount64() + bound_ms);
}

void CALLBACK PendingReceive::Signalled(void* context, BOOLEAN) noexcept {
  auto* const receive = static_cast<PendingReceive*>(context);
  if (receive->signal_.OnSignal()) SubmitThreadpoolWork(receive->collect_work_.get());
}

void CALLBACK PendingReceive::Collect(PTP_CALLBACK_INSTANCE, void* context, PTP_WORK) noexcept {
  static_cast<PendingReceive*>(context)->Deliver();
}

void CALLBACK PendingReceive::Look(PTP_CALLBACK_INSTANCE, void* context, PTP_TIMER) noexcept {
  // Unless the signal has been faster.
  static_cast<PendingReceive*>(context)->DeliverIfOverdue(AwaitedSignal::kEver);
}

void PendingReceive::Deliver() noexcept {
  const std::shared_ptr<PendingReceive> receive = std::move(self_);
  listener_.OnReceiveSignalled(session_, receive);
}

void PendingReceive::DeliverIfOverdue(std::uint64_t now_ms) noexcept {
  if (signal_.GiveUp(now_ms)) Deliver();
}

}  // namespace rasshost
