// SPDX-License-Identifier: MIT
#include "security_dll/rasman_calls.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "security_dll/guarded.h"
#include "security_dll/short_text.h"

namespace rasshost {
namespace {

// The most that DialogSeconds may be.
constexpr DWORD kLongestDialogSeconds = 3600;

}  // namespace

void RasmanCalls::CallSend(const SessionPtr& session, const Send& send) noexcept {
  std::memcpy(session->begin.send_buffer, send.data.data(), send.data.size());
  const DWORD result = rasman_.send(session->begin.port, session->begin.send_buffer,
                                    static_cast<WORD>(send.data.size()));
  if (result != PENDING) session->line_error = result == NO_ERROR ? ERROR_UNKNOWN : result;
  Settle(session);
}

void RasmanCalls::CallReceive(const SessionPtr& session, const Receive& receive) noexcept {
  DWORD result = std::exchange(session->line_error, DWORD{NO_ERROR});
  const auto most_seconds = static_cast<DWORD>(RemainingMs(*session) / 1000) + 1;
  if (result == NO_ERROR) {
    // Rasman's own time-out is never longer than the dialog may last, so its event always comes.
    const DWORD timeout_seconds = receive.timeout_seconds == 0
                                      ? most_seconds
                                      : std::min<DWORD>(receive.timeout_seconds, most_seconds);
    if (!session->receive) session->receive = receives_.Take(session->id);
    if (!session->receive) return Fail(session, ERROR_OUTOFMEMORY);
    session->receive_wanted = receive.length;
    session->looks = 0;
    *session->receive->length() = receive.length;
    result =
        rasman_.receive(session->begin.port, session->begin.receive_buffer,
                        session->receive->length(), timeout_seconds, session->receive->event());
  }
  if (result == PENDING) {
    const auto pending = session->receive;
    Settle(session);
    // Only now: the signal must not find the call still under way. When the session has ended
    // meanwhile, the receive waits for Rasman to let go of it.
    pending->Arm(most_seconds);
    return;
  }
  {
    const HostLock::Guard guard(lock_);
    session->machine.On(SessionEvent::kReceiveFailed);
    session->worker->Write(
        {session->id, Received{result == NO_ERROR ? ERROR_UNKNOWN : result, {}}});
  }
  Settle(session);
}

void RasmanCalls::OnReceiveSignalled(std::uint64_t id,
                                     const std::shared_ptr<PendingReceive>& receive,
                                     bool signalled) noexcept {
  SessionPtr session;
  {
    const HostLock::Guard guard(lock_);
    session = owner_.Find(guard, id);
    if (!session || session->machine.On(SessionEvent::kSignalled) != SessionAction::kCollect) {
      // Until its event comes it may be Rasman's, who is to write to nobody else's (SD-19).
      if (!signalled) receive->Arm(kLongestDialogSeconds);
      return;
    }
  }
  RAS_SECURITY_INFO info{};
  const DWORD error = rasman_.get_info(session->begin.port, &info);
  const ReceiveOutcome outcome = error == NO_ERROR
                                     ? OutcomeOf(info.LastError, info.BytesReceived,
                                                 *receive->length(), session->receive_wanted)
                                     : ReceiveOutcome{error, 0, true};
  // A receive that still runs was signalled for nothing (KB Q259433), or GetInfo is late.
  const bool may_look = outcome.error == PENDING || session->looks < kLookAgainMs.size();
  if (!outcome.settled && may_look) return LookAgain(session, receive);
  if (!outcome.settled) TellDoubt(info, *receive->length());
  Collect(session, outcome);
}

void RasmanCalls::LookAgain(const SessionPtr& session,
                            const std::shared_ptr<PendingReceive>& receive) noexcept {
  const DWORD look_ms = kLookAgainMs[std::min(session->looks++, kLookAgainMs.size() - 1)];
  {
    const HostLock::Guard guard(lock_);
    owner_.Settle(guard, session, session->machine.StillReceiving());
  }
  receive->ArmToLook(look_ms);
}

void RasmanCalls::Collect(const SessionPtr& session, const ReceiveOutcome& outcome) noexcept {
  const auto* data = reinterpret_cast<const std::byte*>(session->begin.receive_buffer);
  Frame answer{session->id, Received{outcome.error, {}}};
  const bool is_copied = Guarded(
      [&] {
        std::get<Received>(answer.message).data.assign(data, data + outcome.count);
        return true;
      },
      [](DWORD) { return false; });
  SecureZeroMemory(session->begin.receive_buffer, outcome.count);
  if (!is_copied) return Fail(session, ERROR_OUTOFMEMORY);
  {
    const HostLock::Guard guard(lock_);
    const SessionAction action = session->machine.Returned();
    if (session->machine.state() == SessionState::kOpen) session->worker->Write(answer);
    owner_.Settle(guard, session, action);
  }
  Wipe(answer);
}

// The call comes to nothing, and the session with it.
void RasmanCalls::Fail(const SessionPtr& session, DWORD error) noexcept {
  const HostLock::Guard guard(lock_);
  owner_.Fail(guard, session, error);
  owner_.Settle(guard, session, session->machine.Returned());
}

// The call that the machine permitted has come back; Complete may have been waiting for it.
void RasmanCalls::Settle(const SessionPtr& session) noexcept {
  const HostLock::Guard guard(lock_);
  owner_.Settle(guard, session, session->machine.Returned());
}

void RasmanCalls::TellDoubt(const RAS_SECURITY_INFO& info, WORD length_word) noexcept {
  if (told_.exchange(true)) return;
  reports_.Write({"this server's GetInfo and the length word of a receive disagree: LastError ",
                  ShortText<10>(info.LastError), ", BytesReceived ",
                  ShortText<10>(info.BytesReceived), ", length ",
                  ShortText<10>(DWORD{length_word})});
}

}  // namespace rasshost
