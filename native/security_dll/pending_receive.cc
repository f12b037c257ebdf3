// SPDX-License-Identifier: MIT
#include "security_dll/pending_receive.h"

namespace rasshost {

std::shared_ptr<PendingReceive> PendingReceive::Create(std::uint64_t session, Listener& listener) {
  std::shared_ptr<PendingReceive> receive(new PendingReceive(session, listener));
  receive->event_.reset(CreateEventW(nullptr, FALSE, FALSE, nullptr));
  receive->wait_.reset(CreateThreadpoolWait(Signalled, receive.get(), nullptr));
  if (!receive->event_ || !receive->wait_) return nullptr;
  return receive;
}

void PendingReceive::Arm(DWORD bound_seconds) noexcept {
  self_ = shared_from_this();
  // Relative times are negative, in units of 100 ns.
  ULARGE_INTEGER bound;
  bound.QuadPart = static_cast<ULONGLONG>(-static_cast<LONGLONG>(bound_seconds) * 10'000'000);
  FILETIME time{bound.LowPart, bound.HighPart};
  SetThreadpoolWait(wait_.get(), event_.get(), &time);
}

void CALLBACK PendingReceive::Signalled(PTP_CALLBACK_INSTANCE, void* context, PTP_WAIT,
                                        TP_WAIT_RESULT) noexcept {
  // May be the last owner; closing a wait inside its own callback is permitted.
  const std::shared_ptr<PendingReceive> receive =
      std::move(static_cast<PendingReceive*>(context)->self_);
  receive->listener_.OnReceiveSignalled(receive->session_, receive);
}

}  // namespace rasshost
