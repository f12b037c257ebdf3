// SPDX-License-Identifier: MIT
#include "security_dll/rasman_calls.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "security_dll/guarded.h"

namespace rasshost {
namespace {

// GetInfo may show the end of a receive later than its event does, or not even show that the
// receive has begun: so long after the look before we look again, then in the time of the last one
// again and again. A new signal ends the wait sooner.
constexpr std::array<DWORD, 5> kLookMs{2, 10, 50, 250, 250};

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
                                     const std::shared_ptr<PendingReceive>& receive) noexcept {
  SessionPtr session;
  {
    const HostLock::Guard guard(lock_);
    session = owner_.Find(guard, id);
    if (!session || session->machine.On(SessionEvent::kSignalled) != SessionAction::kCollect) {
      return;
    }
  }
  RAS_SECURITY_INFO info{};
  const DWORD error = rasman_.get_info(session->begin.port, &info);
  const Outcome outcome = error == NO_ERROR ? OutcomeOf(info, *receive, session->receive_wanted)
                                            : Outcome{.error = error, .count = 0, .settled = true};
  // A receive that still runs was signalled for nothing (KB Q259433), or GetInfo is late.
  const bool may_look = outcome.error == PENDING || session->looks < kLookMs.size();
  if (!outcome.settled && may_look) return LookAgain(session, receive);
  Collect(session, outcome);
}

// Two places tell how many bytes have come, and no document says which one counts when they differ.
RasmanCalls::Outcome RasmanCalls::OutcomeOf(const RAS_SECURITY_INFO& info,
                                            const PendingReceive& receive,
                                            std::size_t wanted) noexcept {
  const std::size_t word = receive.length();
  const std::size_t bytes = info.BytesReceived;
  if (info.LastError == PENDING) return {.error = PENDING, .count = 0, .settled = false};
  if (info.LastError != NO_ERROR) {
    // The error may be that of the call before.
    if (word != 0) Tell(Doubt::kError);
    return {.error = info.LastError, .count = 0, .settled = word == 0};
  }
  if (word == wanted && bytes != 0 && bytes < wanted) {
    Tell(Doubt::kLengthWord);
    return {.error = NO_ERROR, .count = bytes, .settled = true};
  }
  if (word == 0 && bytes != 0) {
    // They may be those of the call before.
    Tell(Doubt::kBytesReceived);
    return {.error = NO_ERROR, .count = std::min(bytes, wanted), .settled = false};
  }
  if (word != bytes) Tell(Doubt::kBytesReceived);
  return {.error = NO_ERROR, .count = std::min(word, wanted), .settled = true};
}

void RasmanCalls::LookAgain(const SessionPtr& session,
                            const std::shared_ptr<PendingReceive>& receive) noexcept {
  const DWORD look_ms = kLookMs[std::min(session->looks++, kLookMs.size() - 1)];
  {
    const HostLock::Guard guard(lock_);
    owner_.Settle(guard, session, session->machine.StillReceiving());
  }
  receive->ArmToLook(session->settings->dialog_seconds, look_ms);
}

void RasmanCalls::Collect(const SessionPtr& session, const Outcome& outcome) noexcept {
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

void RasmanCalls::Tell(Doubt doubt) noexcept {
  const auto bit = std::uint32_t{1} << static_cast<int>(doubt);
  if ((told_.fetch_or(bit) & bit) != 0) return;
  switch (doubt) {
    case Doubt::kLengthWord:
      return reports_.Write(
          {"this server leaves the length word of a receive as it was: "
           "BytesReceived counts"});
    case Doubt::kBytesReceived:
      return reports_.Write(
          {"this server's BytesReceived is not the length word of a receive, "
           "which counts unless it is 0"});
    case Doubt::kError:
      return reports_.Write(
          {"this server shows an error for a receive whose length word is not 0: "
           "it may be that of the receive before"});
  }
}

}  // namespace rasshost
