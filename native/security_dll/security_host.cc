// SPDX-License-Identifier: MIT
#include "security_dll/security_host.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <string>

#include "common/relative_time.h"

namespace rasshost {
namespace {

std::uint64_t Milliseconds(DWORD seconds) noexcept { return std::uint64_t{seconds} * 1000; }

std::uint64_t Address(const void* pointer) noexcept {
  return reinterpret_cast<std::uintptr_t>(pointer);
}

// How long it may wait for a worker.
std::uint64_t WaitsForWorkerMs(const Session& session) noexcept {
  return Milliseconds(std::min(session.settings->start_seconds, session.settings->dialog_seconds));
}

std::uint64_t DialogDeadline(const Session& session) noexcept {
  return session.begun_ms + Milliseconds(session.settings->dialog_seconds);
}

std::uint64_t RemainingMs(const Session& session) noexcept {
  const std::uint64_t due = DialogDeadline(session);
  const std::uint64_t now = GetTickCount64();
  return due > now ? due - now : 0;
}

EndReason ReasonOf(SessionEvent event) noexcept {
  return event == SessionEvent::kDeadline ? EndReason::kDeadline : EndReason::kHost;
}

}  // namespace

SecurityHost& SecurityHost::Instance() {
  static SecurityHost* const instance = new SecurityHost;
  return *instance;
}

SecurityHost::SecurityHost()
    : deliver_work_(CreateThreadpoolWork(Deliver, this, nullptr)),
      complete_work_(CreateThreadpoolWork(CompleteDecided, this, nullptr)),
      deadline_timer_(CreateThreadpoolTimer(DeadlinePassed, this, nullptr)) {}

DWORD SecurityHost::Begin(const BeginArguments& arguments) noexcept {
  if (rasman_error_ != NO_ERROR) return rasman_error_;
  if (deliver_work_ == nullptr || complete_work_ == nullptr || deadline_timer_ == nullptr ||
      !supervisor_.ok()) {
    return ERROR_OUTOFMEMORY;
  }
  {
    const Guard guard(lock_);
    if (sessions_.IsCompleting(arguments.port)) return ERROR_BUSY;
    const std::uint64_t id = sessions_.TakeId();
    AbandonEarlier(guard, arguments.port);
    try {
      const auto session =
          std::make_shared<Session>(id, arguments, supervisor_.settings(guard), GetTickCount64());
      deadlines_.Add(id, session->begun_ms + WaitsForWorkerMs(*session));
      sessions_.Add(session);
      queued_.push_back(session);
    } catch (const std::bad_alloc&) {
      // A refused transaction must leave nothing behind that could call Complete (SD-03, SD-06).
      sessions_.Remove(id);
      deadlines_.Remove(id);
      return ERROR_OUTOFMEMORY;
    }
    ArmTimer(guard);
  }
  SubmitThreadpoolWork(deliver_work_);
  return NO_ERROR;
}

void SecurityHost::AbandonEarlier(const Guard& guard, HPORT port) noexcept {
  const SessionPtr earlier = sessions_.Abandon(port);
  if (!earlier) return;
  TellEnded(guard, *earlier, EndReason::kDisconnected);
  ForgetIfOver(guard, *earlier);
}

DWORD SecurityHost::End(HPORT port) noexcept {
  const Guard guard(lock_);
  const SessionPtr session = sessions_.OnPort(port);
  if (!session) return ERROR_PORT_DISCONNECTED;
  const bool was_running = session->IsRunning();
  const bool held = sessions_.End(*session, ERROR_PORT_DISCONNECTED);
  // A worker that has given its verdict waits for End only when it holds the termination.
  if (was_running) {
    TellEnded(guard, *session, EndReason::kDisconnected);
  } else if (held) {
    TellEnded(guard, *session, EndReason::kCompleted);
  }
  if (held) {
    deadlines_.Move(session->id, GetTickCount64() + Milliseconds(session->settings->hold_seconds));
    ArmTimer(guard);
    return NO_ERROR;
  }
  ForgetIfOver(guard, *session);
  return ERROR_PORT_DISCONNECTED;
}

// --- Sessions on their way to a worker ---

void CALLBACK SecurityHost::Deliver(PTP_CALLBACK_INSTANCE, void* context, PTP_WORK) noexcept {
  auto* const host = static_cast<SecurityHost*>(context);
  try {
    host->DeliverQueued();
  } catch (const std::bad_alloc&) {
    host->OnNoWorker(ERROR_OUTOFMEMORY);
  }
}

void SecurityHost::DeliverQueued() {
  while (true) {
    SessionPtr session;
    {
      const Guard guard(lock_);
      if (queued_.empty() || !supervisor_.Current(guard)) return;
      session = queued_.front();
      queued_.pop_front();
    }
    DeliverOne(session);
  }
}

void SecurityHost::DeliverOne(const SessionPtr& session) {
  RAS_SECURITY_INFO info{};
  const bool here = session->settings->placement == Placement::kInProcess;
  if (!here) {
    {
      const Guard guard(lock_);
      if (!session->machine.Claim()) return;
    }
    if (rasman_.get_info(session->begin.port, &info) != NO_ERROR) info = {};
    FinishCall(session);
  }

  const Guard guard(lock_);
  if (session->machine.state() != SessionState::kQueued) return;
  const auto worker = supervisor_.Current(guard);
  if (!worker) {
    queued_.push_front(session);
    // The worker was lost during GetInfo. Its successor may have found the queue empty meanwhile,
    // or there may be none yet: look again.
    SubmitThreadpoolWork(deliver_work_);
    return;
  }
  deadlines_.Move(session->id, DialogDeadline(*session));
  ArmTimer(guard);
  const Frame frame{session->id,
                    rasshost::Begin{session->limits.send_size,
                                    session->limits.receive_size,
                                    static_cast<std::uint32_t>(RemainingMs(*session)),
                                    here ? Address(session->begin.port) : 0,
                                    here ? Address(session->begin.send_buffer) : 0,
                                    here ? Address(session->begin.receive_buffer) : 0,
                                    {info.DeviceName, strnlen(info.DeviceName, kMaxDeviceName)}}};
  session->machine.On(SessionEvent::kDelivered);
  session->worker = worker;
  session->counted = true;
  supervisor_.SessionBegun(guard, *worker);
  worker->Write(frame);
}

void SecurityHost::OnCurrentChanged() noexcept { SubmitThreadpoolWork(deliver_work_); }

void SecurityHost::OnNoWorker(DWORD error) noexcept {
  std::uint64_t last = 0;
  {
    const Guard guard(lock_);
    if (!queued_.empty()) last = queued_.back()->id;
  }
  while (true) {
    SessionPtr session;
    SessionAction action;
    {
      const Guard guard(lock_);
      // Those who come while Complete runs wait for the next worker.
      if (queued_.empty() || queued_.front()->id > last) return;
      session = std::move(queued_.front());
      queued_.pop_front();
      action = Overrule(guard, *session, SessionEvent::kWorkerLost, error);
    }
    if (action == SessionAction::kComplete) CompleteSoon(session);
  }
}

// --- Frames of the worker ---

bool SecurityHost::OnSessionFrame(Worker& worker, Frame& frame) {
  // One that comes too late must find its session overruled, however late the timer is.
  if (std::holds_alternative<Verdict>(frame.message)) OnDeadlines();
  SessionTable<Session>::FrameEffect effect;
  {
    const Guard guard(lock_);
    effect = sessions_.OnFrame(worker, frame);
    if (effect.action == SessionAction::kFatal) return false;
    // A verdict that counts: what follows is up to the server.
    if (effect.action != SessionAction::kIgnore && std::holds_alternative<Verdict>(frame.message)) {
      deadlines_.Move(effect.session->id, DeadlineQueue::kNever);
    }
  }
  const SessionPtr& session = effect.session;
  switch (effect.action) {
    case SessionAction::kCallSend:
      CallSend(session, std::get<Send>(frame.message));
      break;
    case SessionAction::kCallReceive:
      CallReceive(session, std::get<Receive>(frame.message));
      break;
    case SessionAction::kComplete:
      CompleteSoon(session);
      break;
    default:
      break;
  }
  return true;
}

void SecurityHost::CallSend(const SessionPtr& session, const Send& send) {
  std::memcpy(session->begin.send_buffer, send.data.data(), send.data.size());
  const DWORD result = rasman_.send(session->begin.port, session->begin.send_buffer,
                                    static_cast<WORD>(send.data.size()));
  if (result != PENDING) session->line_error = result == NO_ERROR ? ERROR_UNKNOWN : result;
  FinishCall(session);
}

void SecurityHost::CallReceive(const SessionPtr& session, const Receive& receive) {
  DWORD result = std::exchange(session->line_error, DWORD{NO_ERROR});
  const auto most_seconds = static_cast<DWORD>(RemainingMs(*session) / 1000) + 1;
  if (result == NO_ERROR) {
    // Rasman's own time-out is never longer than the dialog may last, so its event always comes.
    const DWORD timeout_seconds = receive.timeout_seconds == 0
                                      ? most_seconds
                                      : std::min<DWORD>(receive.timeout_seconds, most_seconds);
    if (!session->receive) session->receive = receives_.Take(session->id);
    if (session->receive) {
      session->receive_wanted = receive.length;
      *session->receive->length() = receive.length;
      result =
          rasman_.receive(session->begin.port, session->begin.receive_buffer,
                          session->receive->length(), timeout_seconds, session->receive->event());
    } else {
      result = ERROR_OUTOFMEMORY;
    }
  }
  if (result == PENDING) {
    const auto pending = session->receive;
    FinishCall(session);
    // Only now: the signal must not find the call still under way. When the session has ended
    // meanwhile, the receive waits for Rasman to let go of it.
    pending->Arm(most_seconds);
    return;
  }
  {
    const Guard guard(lock_);
    session->machine.On(SessionEvent::kReceiveFailed);
    session->worker->Write(
        {session->id, Received{result == NO_ERROR ? ERROR_UNKNOWN : result, {}}});
  }
  FinishCall(session);
}

// The call that the machine permitted has come back; Complete may have been waiting for it.
void SecurityHost::FinishCall(const SessionPtr& session) {
  SessionAction action;
  {
    const Guard guard(lock_);
    action = session->machine.Returned();
    ForgetIfOver(guard, *session);
  }
  if (action == SessionAction::kComplete) CompleteSoon(session);
}

void SecurityHost::OnReceiveSignalled(std::uint64_t id,
                                      const std::shared_ptr<PendingReceive>& receive) noexcept {
  SessionPtr session;
  {
    const Guard guard(lock_);
    session = sessions_.Find(id);
    if (!session || session->machine.On(SessionEvent::kSignalled) != SessionAction::kCollect) {
      return;
    }
  }
  RAS_SECURITY_INFO info{};
  DWORD error = rasman_.get_info(session->begin.port, &info);
  if (error == NO_ERROR) error = info.LastError;
  if (error == PENDING) {
    // Signalled without reason (KB Q259433): the receive is still Rasman's.
    SessionAction action;
    {
      const Guard guard(lock_);
      action = session->machine.StillReceiving();
      ForgetIfOver(guard, *session);
    }
    if (action == SessionAction::kComplete) CompleteSoon(session);
    receive->Arm(session->settings->dialog_seconds);
    return;
  }

  const std::size_t count =
      error == NO_ERROR ? std::min(*receive->length(), session->receive_wanted) : 0;
  const auto* data = reinterpret_cast<const std::byte*>(session->begin.receive_buffer);
  Frame answer{id, Received{error, {}}};
  try {
    std::get<Received>(answer.message).data.assign(data, data + count);
  } catch (const std::bad_alloc&) {
    answer.message = Received{ERROR_OUTOFMEMORY, {}};
  }
  SecureZeroMemory(session->begin.receive_buffer, count);

  SessionAction action;
  {
    const Guard guard(lock_);
    action = session->machine.Returned();
    if (session->machine.state() == SessionState::kOpen) session->worker->Write(answer);
    ForgetIfOver(guard, *session);
  }
  Wipe(answer);
  if (action == SessionAction::kComplete) CompleteSoon(session);
}

// --- Ends ---

void SecurityHost::CompleteSoon(const SessionPtr& session) noexcept {
  {
    const Guard guard(lock_);
    session->place.front() = session;
    decided_.splice(decided_.end(), session->place);
  }
  SubmitThreadpoolWork(complete_work_);
}

void CALLBACK SecurityHost::CompleteDecided(PTP_CALLBACK_INSTANCE, void* context,
                                            PTP_WORK) noexcept {
  static_cast<SecurityHost*>(context)->CompleteNext();
}

void SecurityHost::CompleteNext() noexcept {
  SessionPtr session;
  {
    const Guard guard(lock_);
    session = std::move(decided_.front());
    session->place.splice(session->place.end(), decided_, decided_.begin());
  }
  CallComplete(session);
}

void SecurityHost::CallComplete(const SessionPtr& session) noexcept {
  const BeginArguments& begin = session->begin;
  const Verdict& verdict = session->verdict();
  bool is_verdict = false;  // not the answer to an End
  bool again = true;
  while (again) {
    SECURITY_MESSAGE message{};
    message.hPort = begin.port;
    message.dwMsgId = verdict.message_id;
    message.dwError = verdict.error;
    std::memcpy(message.UserName, verdict.user_name.data(), verdict.user_name.size());
    std::memcpy(message.Domain, verdict.domain.data(), verdict.domain.size());
    bool may = false;
    {
      const Guard guard(lock_);
      may = session->machine.MayComplete();
      if (may && !std::exchange(session->completed, true)) {
        is_verdict = session->machine.state() != SessionState::kOver;
        // Under the lock: once End has been answered, the buffers are the server's again.
        SecureZeroMemory(begin.send_buffer, begin.send_size);
        SecureZeroMemory(begin.receive_buffer, begin.receive_size);
      }
    }
    if (may) begin.complete(&message);

    const Guard guard(lock_);
    again = session->machine.Returned() == SessionAction::kComplete;
    ForgetIfOver(guard, *session);
  }
  // Only now: a disk or an event log that takes its time must not keep the server from its port.
  if (is_verdict) TellVerdict(*session);
}

// Without the names: they are what a caller has typed, and it may have been the passcode.
void SecurityHost::TellVerdict(const Session& session) noexcept {
  const std::string id = std::to_string(session.id);
  const Verdict& verdict = session.verdict();
  if (verdict.message_id == kFailureMessage) {
    events_.Report(EventId::kDialogDenied, {id});
  } else if (verdict.message_id == kErrorMessage) {
    events_.Report(EventId::kDialogError, {id, std::to_string(verdict.error)});
  }
}

void SecurityHost::OnSessionsLost(const Worker& worker, DWORD error, bool here) noexcept {
  const SessionEvent event = here ? SessionEvent::kDeadline : SessionEvent::kWorkerLost;
  std::uint64_t after = 0;
  while (true) {
    SessionPtr session;
    SessionAction action;
    {
      const Guard guard(lock_);
      // In the order of their numbers, one at a time: it must work without memory, and the table
      // may change while we call out.
      session = sessions_.NextOf(worker, after);
      if (!session) return;
      after = session->id;
      action = Overrule(guard, *session, event, error);
    }
    if (action == SessionAction::kComplete) CompleteSoon(session);
  }
}

void CALLBACK SecurityHost::DeadlinePassed(PTP_CALLBACK_INSTANCE, void* context,
                                           PTP_TIMER) noexcept {
  auto* const host = static_cast<SecurityHost*>(context);
  {
    const Guard guard(host->lock_);
    host->armed_for_ms_ = DeadlineQueue::kNever;
  }
  host->OnDeadlines();
}

void SecurityHost::OnDeadlines() noexcept {
  while (true) {
    SessionPtr session;
    SessionAction action;
    bool was_held = false;
    {
      const Guard guard(lock_);
      const auto due = deadlines_.TakeDue(GetTickCount64());
      if (!due) return ArmTimer(guard);
      session = sessions_.Find(*due);
      if (!session) continue;
      was_held = session->machine.state() == SessionState::kHeld;
      const bool waits = session->machine.state() == SessionState::kQueued &&
                         GetTickCount64() < DialogDeadline(*session);
      action = Overrule(guard, *session, SessionEvent::kDeadline,
                        waits ? ERROR_SERVICE_REQUEST_TIMEOUT : ERROR_REQUEST_TIMEOUT);
    }
    if (action == SessionAction::kComplete) CompleteSoon(session);
    if (was_held) {
      log_.Write({"dialog ", std::to_string(session->id),
                  " is terminated: its clean-up took longer than HoldSeconds"});
    }
  }
}

SessionAction SecurityHost::Overrule(const Guard& guard, Session& session, SessionEvent event,
                                     DWORD error) noexcept {
  const bool was_running = session.IsRunning();
  const SessionAction action = session.Overrule(event, error);
  if (was_running) TellEnded(guard, session, ReasonOf(event));
  return action;
}

void SecurityHost::TellEnded(const Guard&, Session& session, EndReason reason) noexcept {
  if (!session.worker) {
    // It may be long until one comes for those that wait.
    std::erase_if(queued_, [&](const SessionPtr& one) { return one.get() == &session; });
    return;
  }
  if (std::exchange(session.told_ended, true)) return;
  session.worker->Write({session.id, Ended{reason}});
}

void SecurityHost::ArmTimer(const Guard&) noexcept {
  const std::uint64_t due = deadlines_.Earliest();
  const std::uint64_t now = GetTickCount64();
  // A timer that fires too early finds nothing due and is set anew. One whose time has passed is
  // late, because it doesn't count the time in which the machine has slept.
  if (armed_for_ms_ <= due && armed_for_ms_ > now) return;
  armed_for_ms_ = due;
  FILETIME time = FromNow(due > now ? due - now : 0);
  SetThreadpoolTimer(deadline_timer_, &time, 0, 0);
}

void SecurityHost::ForgetIfOver(const Guard& guard, Session& session) noexcept {
  if (!session.machine.over()) return;
  deadlines_.Remove(session.id);
  sessions_.Remove(session.id);
  // Once, however many have a reason to look whether it is over.
  if (std::exchange(session.counted, false)) supervisor_.SessionOver(guard, *session.worker);
}

}  // namespace rasshost
