// SPDX-License-Identifier: MIT
#include "security_dll/completions.h"

#include <cstring>
#include <utility>

#include "security_dll/guarded.h"
#include "security_dll/short_text.h"

namespace rasshost {
namespace {

SECURITY_MESSAGE MessageOf(const Session& session) noexcept {
  const Verdict& verdict = session.verdict();
  SECURITY_MESSAGE message{};
  message.hPort = session.begin.port;
  message.dwMsgId = verdict.message_id;
  message.dwError = verdict.error;
  std::memcpy(message.UserName, verdict.user_name.data(), verdict.user_name.size());
  std::memcpy(message.Domain, verdict.domain.data(), verdict.domain.size());
  return message;
}

}  // namespace

Completions::Completions(HostLock& lock, HostService& service, Reports& reports, PrivatePool& pool,
                         SessionOwner& owner)
    : lock_(lock),
      service_(service),
      reports_(reports),
      owner_(owner),
      work_(Granted(
          UniqueThreadpoolWork(CreateThreadpoolWork(CompleteDecided, this, pool.environment())))) {}

void Completions::Soon(const HostLock::Guard&, const SessionPtr& session) noexcept {
  session->place.front() = session;
  decided_.splice(decided_.end(), session->place);
  SubmitThreadpoolWork(work_.get());
}

void Completions::Pin(CompleteFunction complete) noexcept {
  if (pinned_.exchange(complete) == complete) return;
  HMODULE module = nullptr;
  GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
                     reinterpret_cast<const wchar_t*>(reinterpret_cast<const void*>(complete)),
                     &module);
}

void CALLBACK Completions::CompleteDecided(PTP_CALLBACK_INSTANCE, void* context,
                                           PTP_WORK) noexcept {
  static_cast<Completions*>(context)->CompleteNext();
}

void Completions::CompleteNext() noexcept {
  SessionPtr session;
  {
    const HostLock::Guard guard(lock_);
    session = std::move(decided_.front());
    session->place.splice(session->place.end(), decided_, decided_.begin());
  }
  Pin(session->begin.complete);
  CallComplete(session);
}

void Completions::CallComplete(const SessionPtr& session) noexcept {
  const BeginArguments& begin = session->begin;
  bool is_verdict = false;  // not the answer to an End
  bool again = true;
  while (again) {
    SECURITY_MESSAGE message = MessageOf(*session);
    const HostService::Look service = service_.LookNow();
    bool may = false;
    {
      const HostLock::Guard guard(lock_);
      if (!MayCall(*session, service)) owner_.Abandon(guard, *session);
      may = session->machine.MayComplete();
      if (may && !std::exchange(session->completed, true)) {
        is_verdict = session->machine.state() != SessionState::kOver;
        // Under the lock: once End has been answered, the buffers are the server's again.
        SecureZeroMemory(begin.send_buffer, begin.send_size);
        SecureZeroMemory(begin.receive_buffer, begin.receive_size);
      }
      session->in_complete = may;
    }
    if (may) {
      begin.complete(&message);
      // At once, and without the lock: a Begin on this port may be waiting for nothing else.
      session->in_complete = false;
    }

    const HostLock::Guard guard(lock_);
    const SessionAction action = session->machine.Returned();
    again = action == SessionAction::kComplete;
    if (!again) owner_.Settle(guard, session, action);
  }
  // Only now: whatever it costs, the server has its port back.
  if (is_verdict) TellVerdict(*session);
}

bool Completions::MayCall(const Session& session, const HostService::Look& service) noexcept {
  if (service.state == HostService::State::kPrivate) return true;
  if (service.run != session.run) return false;
  // In kHeld and on its way out, Complete is owed: End was answered NO_ERROR (SD-24). In kHeld not
  // yet: the machine has called off the one that End has overtaken.
  const SessionState state = session.machine.state();
  const bool is_owed = state == SessionState::kHeld || state == SessionState::kOver;
  return service.state == HostService::State::kRuns ||
         (service.state == HostService::State::kStopping && is_owed);
}

// Without the names: they are what a caller has typed, and it may have been the passcode.
void Completions::TellVerdict(const Session& session) noexcept {
  const ShortText<20> id(session.id);
  const Verdict& verdict = session.verdict();
  if (verdict.message_id == kFailureMessage) {
    reports_.Report(EventId::kDialogDenied, {id});
  } else if (verdict.message_id == kErrorMessage) {
    reports_.Report(EventId::kDialogError, {id, ShortText<10>(verdict.error)});
  }
}

}  // namespace rasshost
