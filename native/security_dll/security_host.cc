// SPDX-License-Identifier: MIT
#include "security_dll/security_host.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <string>

namespace rasshost {
namespace {

// How much longer than Rasman's own time-out we keep waiting for its event, and how long a receive
// without one may be parked after its session is gone.
constexpr DWORD kReceiveGraceSeconds = 60;

std::uint64_t Milliseconds(DWORD seconds) noexcept { return std::uint64_t{seconds} * 1000; }

FILETIME FromNowMs(std::uint64_t milliseconds) noexcept {
  ULARGE_INTEGER time;
  time.QuadPart = static_cast<ULONGLONG>(-static_cast<LONGLONG>(milliseconds * 10'000));
  return {time.LowPart, time.HighPart};
}

std::uint64_t Address(const void* pointer) noexcept {
  return reinterpret_cast<std::uintptr_t>(pointer);
}

EndReason ReasonOf(SessionEvent event) noexcept {
  return event == SessionEvent::kDeadline ? EndReason::kDeadline : EndReason::kHost;
}

}  // namespace

SecurityHost& SecurityHost::Instance() noexcept {
  static SecurityHost* const instance = new SecurityHost;
  return *instance;
}

SecurityHost::SecurityHost()
    : deliver_work_(CreateThreadpoolWork(Deliver, this, nullptr)),
      deadline_timer_(CreateThreadpoolTimer(DeadlinePassed, this, nullptr)) {
  HMODULE pinned = nullptr;
  GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
                     reinterpret_cast<const wchar_t*>(&SecurityHost::Deliver), &pinned);
}

DWORD SecurityHost::Begin(const BeginArguments& arguments) noexcept {
  if (rasman_error_ != NO_ERROR) return rasman_error_;
  if (deliver_work_ == nullptr || deadline_timer_ == nullptr) return ERROR_OUTOFMEMORY;
  try {
    {
      const Guard guard(lock_);
      const auto session = std::make_shared<Session>(next_id_++, arguments,
                                                     settings_.placement == Placement::kInProcess);
      sessions_.emplace(session->id, session);
      // A server that begins anew on a port has ended what was there, whether it said so or not.
      const auto earlier = std::exchange(by_port_[arguments.port], session);
      if (earlier) {
        Overrule(guard, *earlier, SessionEvent::kEnd, ERROR_PORT_DISCONNECTED);
        ForgetIfOver(guard, *earlier);
      }
      queued_.push_back(session);
      SetDeadline(guard, session->id, GetTickCount64() + Milliseconds(settings_.dialog_seconds));
    }
    SubmitThreadpoolWork(deliver_work_);
    return NO_ERROR;
  } catch (const std::bad_alloc&) {
    return ERROR_OUTOFMEMORY;
  }
}

DWORD SecurityHost::End(HPORT port) noexcept {
  try {
    const Guard guard(lock_);
    const auto found = by_port_.find(port);
    if (found == by_port_.end()) return ERROR_PORT_DISCONNECTED;
    const SessionPtr session = found->second;
    const bool was_running = session->IsRunning();
    const SessionAction action =
        Overrule(guard, *session, SessionEvent::kEnd, ERROR_PORT_DISCONNECTED);
    const bool held = action == SessionAction::kAnswerHeld;
    // A worker that has given its verdict waits for End only when it holds the termination.
    if (was_running) {
      TellEnded(guard, *session, EndReason::kDisconnected);
    } else if (held) {
      TellEnded(guard, *session, EndReason::kCompleted);
    }
    if (held) {
      SetDeadline(guard, session->id, GetTickCount64() + Milliseconds(settings_.hold_seconds));
      return NO_ERROR;
    }
    by_port_.erase(found);
    ForgetIfOver(guard, *session);
    return ERROR_PORT_DISCONNECTED;
  } catch (const std::bad_alloc&) {
    // Only telling the worker allocates: the session itself has ended above.
    return ERROR_PORT_DISCONNECTED;
  }
}

// --- Sessions on their way to a worker ---

void CALLBACK SecurityHost::Deliver(PTP_CALLBACK_INSTANCE, void* context, PTP_WORK) noexcept {
  auto* const host = static_cast<SecurityHost*>(context);
  try {
    host->DeliverQueued();
  } catch (const std::bad_alloc&) {
    host->FailQueued(ERROR_OUTOFMEMORY);
  }
}

void SecurityHost::DeliverQueued() {
  if (!EnsureWorker()) return;
  while (true) {
    SessionPtr session;
    {
      const Guard guard(lock_);
      if (!worker_ || !worker_->ready || queued_.empty()) return;
      session = queued_.front();
      queued_.pop_front();
    }
    DeliverOne(session);
  }
}

// True when there is a worker to deliver to. False when it is not ready yet (its handshake delivers
// again) or could not be started (the queued sessions have failed).
bool SecurityHost::EnsureWorker() {
  {
    const Guard guard(lock_);
    if (worker_) return worker_->ready;
    if (starting_ || queued_.empty()) return false;
    starting_ = true;
    if (log_.file() == nullptr) log_.Open(settings_.log_path);
  }
  DWORD error = ERROR_OUTOFMEMORY;
  std::string why = "out of memory";
  std::shared_ptr<Worker> started;
  try {
    started = Worker::Start(settings_, log_, *this, error, why);
  } catch (const std::bad_alloc&) {
  }
  if (!started) log_.Write("worker not started: " + why + ": error " + std::to_string(error));
  bool ready = false;
  {
    const Guard guard(lock_);
    starting_ = false;
    // It may have got ready, or even have died, while we were not looking.
    if (started && !started->lost) {
      worker_ = started;
      ready = worker_->ready;
      if (!ready) worker_->Write({0, Hello{kProtocolVersion, RASSHOST_BUILD_ID}});
    } else if (started && !queued_.empty()) {
      SubmitThreadpoolWork(deliver_work_);
    }
  }
  if (!started) FailQueued(error);
  return ready;
}

void SecurityHost::DeliverOne(const SessionPtr& session) {
  std::string device_name;
  if (settings_.placement == Placement::kWorker) {
    {
      const Guard guard(lock_);
      if (!session->machine.Claim()) return;
    }
    RAS_SECURITY_INFO info{};
    if (rasman_.get_info(session->begin.port, &info) == NO_ERROR) {
      device_name.assign(info.DeviceName, strnlen(info.DeviceName, sizeof(info.DeviceName) - 1));
    }
    FinishCall(session);
  }

  const Guard guard(lock_);
  if (session->machine.state() != SessionState::kQueued) return;
  if (!worker_ || !worker_->ready) {
    queued_.push_front(session);
    return;
  }
  session->machine.On(SessionEvent::kDelivered);
  session->worker = worker_;
  const bool here = settings_.placement == Placement::kInProcess;
  worker_->Write({session->id,
                  rasshost::Begin{session->begin.send_size, session->begin.receive_size,
                                  static_cast<std::uint32_t>(RemainingMs(guard, session->id)),
                                  here ? Address(session->begin.port) : 0,
                                  here ? Address(session->begin.send_buffer) : 0,
                                  here ? Address(session->begin.receive_buffer) : 0, device_name}});
}

void SecurityHost::FailQueued(DWORD error) {
  std::deque<SessionPtr> failed;
  {
    const Guard guard(lock_);
    failed.swap(queued_);
  }
  for (const SessionPtr& session : failed) {
    SessionAction action;
    {
      const Guard guard(lock_);
      action = Overrule(guard, *session, SessionEvent::kWorkerLost, error);
    }
    if (action == SessionAction::kComplete) CallComplete(session);
  }
}

// --- Frames of the worker ---

bool SecurityHost::OnFrame(Worker& worker, Frame&& frame) {
  if (frame.session == 0) return OnHandshake(worker, frame.message);

  SessionPtr session;
  SessionAction action = SessionAction::kIgnore;
  {
    const Guard guard(lock_);
    if (!worker.ready || frame.session >= next_id_) return false;
    session = Find(guard, frame.session);
    // Gone: its end and this frame have crossed.
    if (!session) return true;
    if (session->worker.get() != &worker) return false;

    // In-process, JavaScript calls Rasman itself.
    const bool calls = worker.placement() == Placement::kWorker;
    const BeginArguments& begin = session->begin;
    if (const auto* send = std::get_if<Send>(&frame.message)) {
      if (!calls || send->data.size() > begin.send_size) return false;
      action = session->machine.On(SessionEvent::kSend);
    } else if (const auto* receive = std::get_if<Receive>(&frame.message)) {
      if (!calls || receive->length > begin.receive_size) return false;
      action = session->machine.On(SessionEvent::kReceive);
    } else if (auto* verdict = std::get_if<Verdict>(&frame.message)) {
      if (!IsWellFormed(*verdict)) return false;
      const bool running = session->IsRunning();
      action = session->machine.On(SessionEvent::kVerdict);
      if (running && action != SessionAction::kFatal) {
        session->verdict = std::move(*verdict);
        deadlines_.Clear(session->id);
      }
    } else if (std::holds_alternative<Hold>(frame.message)) {
      action = session->machine.On(SessionEvent::kHold);
    } else if (std::holds_alternative<Release>(frame.message)) {
      action = session->machine.On(SessionEvent::kRelease);
    } else {
      return false;
    }
    if (action == SessionAction::kFatal) return false;
  }
  switch (action) {
    case SessionAction::kCallSend:
      CallSend(session, std::get<Send>(frame.message));
      break;
    case SessionAction::kCallReceive:
      CallReceive(session, std::get<Receive>(frame.message));
      break;
    case SessionAction::kComplete:
      CallComplete(session);
      break;
    default:
      break;
  }
  return true;
}

bool SecurityHost::OnHandshake(Worker& worker, const Message& message) {
  if (const auto* refused = std::get_if<Refused>(&message)) {
    log_.Write("worker refused to serve: " + refused->reason);
    OnWorkerLost(worker, ERROR_BAD_CONFIGURATION, "it refused to serve");
    return true;
  }
  const auto* ready = std::get_if<Ready>(&message);
  if (ready == nullptr) return false;
  if (ready->protocol != kProtocolVersion || ready->build_id != RASSHOST_BUILD_ID) {
    log_.Write("worker speaks protocol " + std::to_string(ready->protocol) + ", build " +
               ready->build_id + "; rasshost.dll speaks protocol " +
               std::to_string(kProtocolVersion) + ", build " RASSHOST_BUILD_ID);
    OnWorkerLost(worker, ERROR_REVISION_MISMATCH, "it was built apart from rasshost.dll");
    return true;
  }
  {
    const Guard guard(lock_);
    if (worker.ready) return false;
    worker.ready = true;
  }
  SubmitThreadpoolWork(deliver_work_);
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
  DWORD result = session->line_error;
  DWORD timeout_seconds = 0;
  if (result == NO_ERROR) {
    {
      // Rasman's own time-out is never longer than the dialog may last, so its event always comes.
      const Guard guard(lock_);
      const auto most = static_cast<DWORD>(RemainingMs(guard, session->id) / 1000) + 1;
      timeout_seconds =
          receive.timeout_seconds == 0 ? most : std::min<DWORD>(receive.timeout_seconds, most);
    }
    if (!session->receive) session->receive = PendingReceive::Create(session->id, *this);
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
    // Only now: the event's callback must not find the call still under way. When the session has
    // ended meanwhile this parks the receive until Rasman lets go of it.
    pending->Arm(timeout_seconds + kReceiveGraceSeconds);
    return;
  }
  {
    const Guard guard(lock_);
    session->machine.On(SessionEvent::kReceiveFailed);
    TellReceived(guard, *session, result == NO_ERROR ? ERROR_UNKNOWN : result, {});
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
  if (action == SessionAction::kComplete) CallComplete(session);
}

void SecurityHost::OnReceiveSignalled(std::uint64_t id,
                                      const std::shared_ptr<PendingReceive>& receive) noexcept {
  try {
    SessionPtr session;
    {
      const Guard guard(lock_);
      session = Find(guard, id);
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
      }
      if (action == SessionAction::kComplete) CallComplete(session);
      receive->Arm(kReceiveGraceSeconds + settings_.dialog_seconds);
      return;
    }
    const std::size_t count =
        error == NO_ERROR ? std::min(*receive->length(), session->receive_wanted) : 0;
    const auto* data = reinterpret_cast<const std::byte*>(session->begin.receive_buffer);
    std::vector<std::byte> bytes(data, data + count);
    SecureZeroMemory(session->begin.receive_buffer, count);

    SessionAction action;
    {
      const Guard guard(lock_);
      action = session->machine.Returned();
      if (session->machine.state() == SessionState::kOpen) {
        TellReceived(guard, *session, error, std::move(bytes));
      }
    }
    if (action == SessionAction::kComplete) CallComplete(session);
  } catch (const std::bad_alloc&) {
    // The bytes are lost, the deadline ends the dialog.
    log_.Write("out of memory while receiving");
  }
}

// --- Ends ---

void SecurityHost::CallComplete(const SessionPtr& session) noexcept {
  while (true) {
    const BeginArguments& begin = session->begin;
    SECURITY_MESSAGE message{};
    message.hPort = begin.port;
    message.dwMsgId = session->verdict.message_id;
    message.dwError = session->verdict.error;
    std::memcpy(message.UserName, session->verdict.user_name.data(),
                session->verdict.user_name.size());
    std::memcpy(message.Domain, session->verdict.domain.data(), session->verdict.domain.size());
    if (!std::exchange(session->completed, true)) {
      SecureZeroMemory(begin.send_buffer, begin.send_size);
      SecureZeroMemory(begin.receive_buffer, begin.receive_size);
    }
    begin.complete(&message);

    const Guard guard(lock_);
    const bool again = session->machine.Returned() == SessionAction::kComplete;
    ForgetIfOver(guard, *session);
    if (!again) return;
  }
}

void SecurityHost::OnWorkerLost(Worker& worker, DWORD error, std::string_view why) noexcept {
  try {
    std::deque<SessionPtr> running;
    bool was_ready = false;
    bool queued = false;
    {
      const Guard guard(lock_);
      if (std::exchange(worker.lost, true)) return;
      was_ready = worker.ready;
      if (worker_.get() == &worker) worker_.reset();
      queued = !queued_.empty();
      for (const auto& [id, session] : sessions_) {
        if (session->worker.get() == &worker) running.push_back(session);
      }
      if (worker.placement() == Placement::kInProcess) {
        worker.Write({0, Ended{EndReason::kHost}});
      }
    }
    log_.Write("worker lost: " + std::string(why) + ": error " + std::to_string(error));
    worker.Stop();
    for (const SessionPtr& session : running) {
      SessionAction action;
      {
        const Guard guard(lock_);
        action = Overrule(guard, *session, SessionEvent::kWorkerLost, error);
      }
      if (action == SessionAction::kComplete) CallComplete(session);
    }
    // A worker that never got ready would not do so for these callers either; one that died at its
    // work leaves them to the next.
    if (!was_ready) {
      FailQueued(error);
    } else if (queued) {
      SubmitThreadpoolWork(deliver_work_);
    }
  } catch (const std::bad_alloc&) {
    // The deadlines of its sessions end them.
    worker.Stop();
  }
}

void SecurityHost::OnStartBound(Worker& worker) noexcept {
  {
    const Guard guard(lock_);
    if (worker.ready) return;
  }
  OnWorkerLost(worker, ERROR_SERVICE_REQUEST_TIMEOUT, "it was not ready within StartSeconds");
}

void CALLBACK SecurityHost::DeadlinePassed(PTP_CALLBACK_INSTANCE, void* context,
                                           PTP_TIMER) noexcept {
  auto* const host = static_cast<SecurityHost*>(context);
  try {
    host->OnDeadlines();
  } catch (const std::bad_alloc&) {
    host->log_.Write("out of memory at a deadline");
  }
}

void SecurityHost::OnDeadlines() {
  while (true) {
    SessionPtr session;
    SessionAction action = SessionAction::kNone;
    {
      const Guard guard(lock_);
      const auto due = deadlines_.TakeDue(GetTickCount64());
      if (!due) {
        armed_for_ms_ = 0;
        if (const auto next = deadlines_.Earliest()) {
          armed_for_ms_ = *next;
          const std::uint64_t now = GetTickCount64();
          FILETIME time = FromNowMs(*next > now ? *next - now : 0);
          SetThreadpoolTimer(deadline_timer_, &time, 0, 0);
        }
        return;
      }
      session = Find(guard, *due);
      if (!session) continue;
      action = Overrule(guard, *session, SessionEvent::kDeadline, ERROR_REQUEST_TIMEOUT);
    }
    if (action == SessionAction::kComplete) CallComplete(session);
  }
}

SessionAction SecurityHost::Overrule(const Guard& guard, Session& session, SessionEvent event,
                                     DWORD error) {
  const bool was_running = session.IsRunning();
  if (was_running) session.verdict = ErrorVerdict(error);
  const SessionAction action = session.machine.On(event);
  if (was_running && event != SessionEvent::kEnd) TellEnded(guard, session, ReasonOf(event));
  return action;
}

void SecurityHost::TellEnded(const Guard&, Session& session, EndReason reason) {
  if (!session.worker || session.worker->lost) return;
  if (std::exchange(session.told_ended, true)) return;
  session.worker->Write({session.id, Ended{reason}});
}

void SecurityHost::TellReceived(const Guard&, Session& session, DWORD error,
                                std::vector<std::byte> data) {
  if (session.worker && !session.worker->lost) {
    session.worker->Write({session.id, Received{error, std::move(data)}});
  }
}

void SecurityHost::SetDeadline(const Guard&, std::uint64_t session, std::uint64_t due_ms) {
  deadlines_.Set(session, due_ms);
  if (armed_for_ms_ != 0 && armed_for_ms_ <= due_ms) return;
  armed_for_ms_ = due_ms;
  const std::uint64_t now = GetTickCount64();
  FILETIME time = FromNowMs(due_ms > now ? due_ms - now : 0);
  SetThreadpoolTimer(deadline_timer_, &time, 0, 0);
}

void SecurityHost::ForgetIfOver(const Guard&, Session& session) {
  if (!session.machine.over()) return;
  deadlines_.Clear(session.id);
  const auto port = by_port_.find(session.begin.port);
  if (port != by_port_.end() && port->second.get() == &session) by_port_.erase(port);
  sessions_.erase(session.id);
}

SecurityHost::SessionPtr SecurityHost::Find(const Guard&, std::uint64_t id) const {
  const auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : found->second;
}

std::uint64_t SecurityHost::RemainingMs(const Guard&, std::uint64_t session) const {
  const auto due = deadlines_.Due(session);
  const std::uint64_t now = GetTickCount64();
  return due && *due > now ? *due - now : 0;
}

}  // namespace rasshost
