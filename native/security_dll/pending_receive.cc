// SPDX-License-Identifier: MIT
#include "security_dll/pending_receive.h"

#include <utility>

namespace rasshost {
namespace {

constexpr std::uint64_t kGraceSeconds = 60;

}  // namespace

bool PendingReceive::Register() noexcept {
  event_.reset(CreateEventW(nullptr, FALSE, FALSE, nullptr));
  HANDLE for_good = nullptr;
  return event_ && RegisterWaitForSingleObject(&for_good, event_.get(), Signalled, this, INFINITE,
                                               WT_EXECUTEINWAITTHREAD);
}

void PendingReceive::Arm(DWORD session_seconds) noexcept {
  self_ = shared_from_this();
  const std::uint64_t bound_ms = (std::uint64_t{session_seconds} + kGraceSeconds) * 1000;
  if (signal_.Await(GetTickCount64() + bound_ms)) Deliver();
}

void CALLBACK PendingReceive::Signalled(void* context, BOOLEAN) noexcept {
  auto* const receive = static_cast<PendingReceive*>(context);
  if (receive->signal_.OnSignal()) receive->Deliver();
}

void PendingReceive::Deliver() noexcept {
  const std::shared_ptr<PendingReceive> receive = std::move(self_);
  listener_.OnReceiveSignalled(session_, receive);
}

void PendingReceive::DeliverIfOverdue(std::uint64_t now_ms) noexcept {
  if (signal_.GiveUp(now_ms)) Deliver();
}

}  // namespace rasshost
