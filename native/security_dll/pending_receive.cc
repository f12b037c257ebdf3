// SPDX-License-Identifier: MIT
#include "security_dll/pending_receive.h"

#include <new>

#include "common/relative_time.h"

namespace rasshost {
namespace {

constexpr std::uint64_t kGraceSeconds = 60;

}  // namespace

std::shared_ptr<PendingReceive> PendingReceive::Create(std::uint64_t session,
                                                       Listener& listener) noexcept {
  try {
    std::shared_ptr<PendingReceive> receive(new PendingReceive(session, listener));
    receive->event_.reset(CreateEventW(nullptr, FALSE, FALSE, nullptr));
    receive->wait_.reset(CreateThreadpoolWait(Signalled, receive.get(), nullptr));
    if (receive->event_ && receive->wait_) return receive;
  } catch (const std::bad_alloc&) {
  }
  return nullptr;
}

void PendingReceive::Arm(DWORD timeout_seconds) noexcept {
  self_ = shared_from_this();
  FILETIME bound = FromNow((std::uint64_t{timeout_seconds} + kGraceSeconds) * 1000);
  SetThreadpoolWait(wait_.get(), event_.get(), &bound);
}

void CALLBACK PendingReceive::Signalled(PTP_CALLBACK_INSTANCE, void* context, PTP_WAIT,
                                        TP_WAIT_RESULT) noexcept {
  // May be the last owner; closing a wait inside its own callback is permitted.
  const std::shared_ptr<PendingReceive> receive =
      std::move(static_cast<PendingReceive*>(context)->self_);
  receive->listener_.OnReceiveSignalled(receive->session_, receive);
}

}  // namespace rasshost
