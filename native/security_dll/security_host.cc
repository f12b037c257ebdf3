// SPDX-License-Identifier: MIT
#include "security_dll/security_host.h"

#include <algorithm>
#include <utility>

#include "security_dll/short_text.h"

namespace rasshost {
namespace {

// How long it may wait for a worker.
std::uint64_t WaitsForWorkerMs(const Session& session) noexcept {
  return Milliseconds(std::min(session.settings->start_seconds, session.settings->dialog_seconds));
}

}  // namespace

SecurityHost& SecurityHost::Instance() {
  static SecurityHost* const instance = new SecurityHost;
  return *instance;
}

// --- The server's calls ---

DWORD SecurityHost::Begin(const BeginArguments& arguments) {
  service_.AskIfOld();
  SessionPtr earlier;  // goes when the lock has been let go
  const Guard guard(lock_);
  if (const DWORD error = rasman_.Load(); error != NO_ERROR) return error;
  earlier = sessions_.OnPort(arguments.port);
  // A Complete that has come back and only waits for our lock does not count: it has reached the
  // server.
  if (sessions_.IsCompleting(arguments.port) && earlier->in_complete) return ERROR_BUSY;
  const std::uint64_t id = sessions_.TakeId();
  AbandonEarlier(guard, arguments.port);
  try {
    const auto session = std::make_shared<Session>(id, arguments, supervisor_.settings(guard),
                                                   GetTickCount64(), service_.run());
    deadlines_.Add(guard, id, session->begun_ms + WaitsForWorkerMs(*session));
    sessions_.Add(session);
    delivery_.Queue(guard, session);
  } catch (...) {
    // A refused transaction must leave nothing behind that could call Complete (SD-03, SD-06).
    sessions_.Remove(id);
    deadlines_.Remove(guard, id);
    throw;
  }
  delivery_.Soon();
  return NO_ERROR;
}

void SecurityHost::AbandonEarlier(const Guard& guard, HPORT port) noexcept {
  const SessionPtr earlier = sessions_.Abandon(port);
  if (!earlier) return;
  TellEnded(guard, *earlier, EndReason::kDisconnected);
  Settle(guard, earlier, SessionAction::kNone);
}

DWORD SecurityHost::End(HPORT port) noexcept {
  SessionPtr session;  // goes when the lock has been let go
  const Guard guard(lock_);
  session = sessions_.OnPort(port);
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
    deadlines_.Move(guard, session->id,
                    GetTickCount64() + Milliseconds(session->settings->hold_seconds));
    return NO_ERROR;
  }
  Settle(guard, session, SessionAction::kNone);
  return ERROR_PORT_DISCONNECTED;
}

// --- Frames of the worker ---

bool SecurityHost::OnSessionFrame(Worker& worker, Frame& frame) {
  service_.AskIfOld();
  // A verdict that comes too late must find its session overruled, even if the timer is late.
  if (std::holds_alternative<Verdict>(frame.message)) OnDeadlines();
  SessionTable<Session>::FrameEffect effect;
  {
    const Guard guard(lock_);
    effect = sessions_.OnFrame(worker, frame);
    if (effect.action == SessionAction::kFatal) return false;
    // A verdict that counts: what follows is up to the server.
    if (effect.action != SessionAction::kIgnore && std::holds_alternative<Verdict>(frame.message)) {
      deadlines_.Move(guard, effect.session->id, DeadlineQueue::kNever);
    }
    if (effect.session) Settle(guard, effect.session, effect.action);
  }
  if (effect.action == SessionAction::kCallSend) {
    calls_.CallSend(effect.session, std::get<Send>(frame.message));
  } else if (effect.action == SessionAction::kCallReceive) {
    calls_.CallReceive(effect.session, std::get<Receive>(frame.message));
  }
  return true;
}

// --- Sessions ---

SessionPtr SecurityHost::Find(const Guard&, std::uint64_t id) noexcept {
  return sessions_.Find(id);
}

void SecurityHost::Settle(const Guard& guard, const SessionPtr& session,
                          SessionAction action) noexcept {
  if (action == SessionAction::kComplete) completions_.Soon(guard, session);
  const bool is_over = session->machine.over();
  // The worker need not wait for an End that the server may never send. `counted` makes this happen
  // once for each session.
  if (is_over || session->machine.waits_for_end()) {
    if (std::exchange(session->counted, false)) supervisor_.SessionOver(guard, *session->worker);
  }
  if (!is_over) return;
  deadlines_.Remove(guard, session->id);
  sessions_.Remove(session->id);
}

void SecurityHost::OnNoWorker(DWORD error) noexcept {
  std::uint64_t last = 0;
  {
    const Guard guard(lock_);
    // Those who come while Complete runs wait for the next worker.
    last = delivery_.LastQueued(guard);
  }
  while (true) {
    SessionPtr session;
    const Guard guard(lock_);
    session = delivery_.TakeFirst(guard, last);
    if (!session) return;
    Overrule(guard, session, SessionEvent::kWorkerLost, error, EndReason::kHost);
  }
}

void SecurityHost::OnSessionsLost(const Worker& worker, DWORD error, bool here) noexcept {
  const SessionEvent event = here ? SessionEvent::kDeadline : SessionEvent::kWorkerLost;
  std::uint64_t after = 0;
  while (true) {
    SessionPtr session;
    const Guard guard(lock_);
    // In the order of their numbers, one at a time: it must work without memory, and the table may
    // change while we call out.
    session = sessions_.NextOf(worker, after);
    if (!session) return;
    after = session->id;
    Overrule(guard, session, event, error, here ? EndReason::kDeadline : EndReason::kHost);
  }
}

void SecurityHost::OnDeadlines() noexcept {
  while (true) {
    SessionPtr session;
    const Guard guard(lock_);
    const auto due = deadlines_.TakeDue(guard);
    if (!due) return;
    session = sessions_.Find(*due);
    if (!session) continue;
    if (session->machine.state() == SessionState::kHeld) {
      reports_.Write({"dialog ", ShortText<20>(session->id),
                      " is terminated: its clean-up took longer than HoldSeconds"});
    }
    const bool waits = session->machine.state() == SessionState::kQueued &&
                       GetTickCount64() < DialogDeadline(*session);
    Overrule(guard, session, SessionEvent::kDeadline,
             waits ? ERROR_SERVICE_REQUEST_TIMEOUT : ERROR_REQUEST_TIMEOUT, EndReason::kDeadline);
  }
}

void SecurityHost::OnServiceDown(HostService::State state) noexcept {
  supervisor_.ServiceStopped();
  if (state != HostService::State::kStopped) return;
  // The server of all sessions that are left is gone, so they are abandoned (invariant 12).
  std::uint64_t after = 0;
  while (true) {
    SessionPtr session;
    const Guard guard(lock_);
    session = sessions_.Next(after);
    if (!session) return;
    after = session->id;
    // A session that has begun since the stop belongs to the next run.
    if (session->run == service_.run()) continue;
    Abandon(guard, *session);
    Settle(guard, session, SessionAction::kNone);
  }
}

void SecurityHost::Abandon(const Guard& guard, Session& session) noexcept {
  session.machine.On(SessionEvent::kAbandoned);
  TellEnded(guard, session, EndReason::kHost);
}

void SecurityHost::Fail(const Guard& guard, const SessionPtr& session, DWORD error) noexcept {
  Overrule(guard, session, SessionEvent::kDeadline, error, EndReason::kHost);
}

void SecurityHost::Overrule(const Guard& guard, const SessionPtr& session, SessionEvent event,
                            DWORD error, EndReason reason) noexcept {
  const bool was_running = session->IsRunning();
  const SessionAction action = session->Overrule(event, error);
  if (was_running) TellEnded(guard, *session, reason);
  Settle(guard, session, action);
}

void SecurityHost::TellEnded(const Guard& guard, Session& session, EndReason reason) noexcept {
  // A session without a worker is taken out of the queue now: a worker may not come for long.
  if (!session.worker) return delivery_.Unqueue(guard, session);
  if (std::exchange(session.told_ended, true)) return;
  session.worker->Write({session.id, Ended{reason}});
}

}  // namespace rasshost
