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

void PendingReceive::Arm(DWORD timeout_seconds) noexcept {
  self_ = shared_from_this();
  std::uint64_t idle = kIdle;
  const std::uint64_t overdue_ms =
      GetTickCount64() + (std::uint64_t{timeout_seconds} + kGraceSeconds) * 1000;
  if (state_.compare_exchange_strong(idle, overdue_ms)) return;
  state_ = kIdle;
  Deliver();
}

void CALLBACK PendingReceive::Signalled(void* context, BOOLEAN) noexcept {
  auto* const receive = static_cast<PendingReceive*>(context);
  if (receive->state_.exchange(kSignalled) <= kSignalled) return;
  receive->state_ = kIdle;
  receive->Deliver();
}

void PendingReceive::Deliver() noexcept {
  const std::shared_ptr<PendingReceive> receive = std::move(self_);
  listener_.OnReceiveSignalled(session_, receive);
}

std::shared_ptr<PendingReceive> PendingReceive::GiveUpIfOverdue(std::uint64_t now_ms) noexcept {
  std::uint64_t state = state_;
  if (state <= kSignalled || state > now_ms || !state_.compare_exchange_strong(state, kIdle)) {
    return nullptr;
  }
  return std::move(self_);
}

}  // namespace rasshost
