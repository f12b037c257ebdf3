// SPDX-License-Identifier: MIT
#include "session_world.h"

#include <algorithm>
#include <optional>
#include <type_traits>
#include <utility>

namespace rasshost {
namespace {

constexpr std::uint32_t kDisconnected = 619;
constexpr std::uint32_t kTimedOut = 1460;
constexpr std::uint32_t kAborted = 1067;
constexpr std::uint32_t kUndecided = 645;

bool IsReturn(Step step) {
  return step == Step::kClaimReturned || step == Step::kCallReturned || step == Step::kCollected ||
         step == Step::kCompleteCalled || step == Step::kCompleteReturned;
}

// The message of a step that is a frame.
Message FrameOf(Step step, const WorldSession& session) {
  const std::string name = std::to_string(session.id);
  switch (step) {
    case Step::kSend:
      return Send{{std::byte{'>'}}};
    case Step::kReceive:
      return Receive{1, 0};
    case Step::kDeny:
      return Verdict{kFailureMessage, 0, name, "DOMAIN"};
    case Step::kHold:
      return Hold{};
    case Step::kRelease:
      return Release{};
    case Step::kLetGo:
      return LetGo{};
    default:
      return Verdict{kSuccessMessage, 0, name, "DOMAIN"};
  }
}

// What a frame is to the machine, unless SessionCore turns it away.
std::optional<SessionEvent> EventOf(const Message& message) {
  if (std::holds_alternative<Send>(message)) return SessionEvent::kSend;
  if (std::holds_alternative<Receive>(message)) return SessionEvent::kReceive;
  if (std::holds_alternative<Verdict>(message)) return SessionEvent::kVerdict;
  if (std::holds_alternative<Hold>(message)) return SessionEvent::kHold;
  if (std::holds_alternative<Release>(message)) return SessionEvent::kRelease;
  if (std::holds_alternative<LetGo>(message)) return SessionEvent::kLetGo;
  return std::nullopt;
}

bool ReportsAsExpected(const WorldSession& session) {
  const Verdict &reported = session.verdict(), &expected = session.expected;
  return reported.message_id == expected.message_id && reported.error == expected.error &&
         reported.user_name == expected.user_name && reported.domain == expected.domain;
}

}  // namespace

SessionWorld::SessionWorld(const Options& options)
    : options_(options), workers_{std::make_shared<WorldWorker>()} {}

SessionWorld::SessionWorld(const SessionWorld& other)
    : options_(other.options_), fault_(other.fault_), walked_(other.walked_) {
  for (const auto& worker : other.workers_) {
    workers_.push_back(std::make_shared<WorldWorker>(*worker));
  }
  for (const Session& original : other.sessions_) {
    const auto session = std::make_shared<WorldSession>(*original);
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      if (original->worker == other.workers_[i]) session->worker = workers_[i];
    }
    sessions_.push_back(session);
    table_.TakeId();
    if (!other.Has(*original)) continue;
    table_.Add(session);
    if (other.table_.OnPort(original->port) == original) continue;
    // One that the server has left, and that only waits for a call to come back.
    table_.Abandon(session->port);
    session->machine = original->machine;
  }
}

std::string SessionWorld::Key() const {
  std::string key;
  const auto put = [&](const auto& value) {
    static_assert(std::has_unique_object_representations_v<std::decay_t<decltype(value)>> ||
                  alignof(decltype(value)) == 1);  // no padding, so the bytes are the value
    key.append(reinterpret_cast<const char*>(&value), sizeof(value));
  };
  for (const auto& worker : workers_) put(*worker);
  for (const Session& session : sessions_) {
    const auto worker = std::find(workers_.begin(), workers_.end(), session->worker);
    put(session->machine);
    put(session->flags);
    // A verdict that is right has no more to it than what was expected.
    put(static_cast<char>(session->expected.message_id));
    put(static_cast<char>(ReportsAsExpected(*session)));
    put(static_cast<char>(worker - workers_.begin()));
    put(static_cast<char>(table_.OnPort(session->port) == session));
  }
  return key;
}

// --- What can happen ---

std::size_t SessionWorld::CountOf(Step step) const {
  switch (step) {
    case Step::kBegin:
    case Step::kStrayEnd:
      return static_cast<std::size_t>(options_.ports);
    case Step::kWorkerLost:
      return workers_.size();
    default:
      return sessions_.size();
  }
}

std::shared_ptr<WorldWorker> SessionWorld::CurrentWorker() const noexcept {
  return workers_.back()->lost ? nullptr : workers_.back();
}

bool SessionWorld::AnyWorkerLost() const noexcept { return workers_.front()->lost; }

// Whose frames for this session are to be expected: before the begin frame, nobody's are.
std::shared_ptr<WorldWorker> SessionWorld::WriterFor(const WorldSession& session) const noexcept {
  return session.worker ? session.worker : CurrentWorker();
}

bool SessionWorld::MayWrite(const WorldWorker* worker) const noexcept {
  return worker != nullptr && !worker->lost && !worker->at_fault &&
         std::none_of(sessions_.begin(), sessions_.end(), [&](const Session& session) {
           return session->worker.get() == worker && session->flags.frame_call;
         });
}

bool SessionWorld::IsPossible(Step step, std::size_t which) const {
  const auto on_port = [&](const Session& session) {
    return session->port == PortAt(which) && !session->flags.end_over;
  };
  switch (step) {
    case Step::kBegin:
      return sessions_.size() < static_cast<std::size_t>(options_.sessions);
    case Step::kStrayEnd:
      return std::none_of(sessions_.begin(), sessions_.end(), on_port);
    case Step::kWorkerLost:
      return !workers_[which]->lost;
    default:
      break;
  }
  const WorldSession& session = *sessions_[which];
  const WorldFlags& flags = session.flags;
  switch (step) {
    case Step::kClaim:
      return !flags.claimed && !options_.in_process;
    case Step::kClaimReturned:
      return flags.claiming;
    case Step::kDeliver:
      return session.machine.state() == SessionState::kQueued && !flags.claiming &&
             (flags.claimed || options_.in_process) && CurrentWorker() != nullptr;
    case Step::kSend:
    case Step::kReceive:
      return MayWrite(WriterFor(session).get()) && !options_.in_process;
    case Step::kGrant:
    case Step::kDeny:
      // JavaScript lets go of the port before it gives its verdict.
      return MayWrite(WriterFor(session).get()) && !flags.js_uses_port;
    case Step::kLetGo:
      return MayWrite(WriterFor(session).get()) && options_.in_process;
    case Step::kHold:
    case Step::kRelease:
      return MayWrite(WriterFor(session).get());
    case Step::kForge:
      return session.worker != CurrentWorker() && MayWrite(CurrentWorker().get());
    case Step::kReceiveRefused:
      return flags.frame_call && flags.receive_call;
    case Step::kCallReturned:
      return flags.frame_call;
    case Step::kSignalled:
      return flags.rasman_receives && !flags.frame_call;
    case Step::kCollected:
    case Step::kStillReceiving:
      return flags.collecting;
    case Step::kCompleteCalled:
      return flags.complete_due;
    case Step::kCompleteReturned:
      return flags.completing;
    case Step::kEnd:
      return !flags.end_over;
    case Step::kDeadline:
      return Has(session);
    case Step::kTellLost:
      return Has(session) && !flags.told_lost &&
             (session.worker ? session.worker->lost
                             : session.machine.state() == SessionState::kQueued &&
                                   !flags.claiming && AnyWorkerLost());
    default:
      return false;
  }
}

void SessionWorld::Run(Step step, std::size_t which) {
  switch (step) {
    case Step::kBegin:
      Begin(PortAt(which));
      return CheckTable();
    case Step::kStrayEnd: {
      const Session session = table_.OnPort(PortAt(which));
      if (session) {
        NoteEnd(*session);
        Expect(!table_.End(*session, kDisconnected), "SD-24: nothing was left to end");
      }
      return CheckTable();
    }
    case Step::kWorkerLost:
      workers_[which]->lost = true;
      if (workers_.size() < static_cast<std::size_t>(options_.workers)) {
        workers_.push_back(std::make_shared<WorldWorker>());
      }
      return;
    default:
      break;
  }
  const Session kept = sessions_[which];
  WorldSession& session = *kept;
  WorldFlags& flags = session.flags;
  switch (step) {
    case Step::kClaim:
      flags.claiming = session.machine.Claim();
      flags.claimed = true;
      Expect(!flags.claiming || !flags.end_over, "invariant 6: the port is used after its end");
      break;
    case Step::kClaimReturned:
      Returned(session, &WorldFlags::claiming);
      break;
    case Step::kDeliver:
      flags.js_uses_port = options_.in_process;
      session.worker = CurrentWorker();
      Note(session, SessionEvent::kDelivered);
      Perform(session, session.machine.On(SessionEvent::kDelivered));
      break;
    case Step::kReceiveRefused:
      flags.receive_call = false;
      Note(session, SessionEvent::kReceiveFailed);
      session.machine.On(SessionEvent::kReceiveFailed);
      break;
    case Step::kCallReturned:
      flags.rasman_receives = flags.rasman_receives || flags.receive_call;
      flags.receive_call = false;
      Returned(session, &WorldFlags::frame_call);
      break;
    case Step::kSignalled:
      flags.rasman_receives = false;
      if (!Has(session)) break;
      Note(session, SessionEvent::kSignalled);
      Perform(session, session.machine.On(SessionEvent::kSignalled));
      break;
    case Step::kCollected:
      Returned(session, &WorldFlags::collecting);
      break;
    case Step::kStillReceiving: {
      flags.collecting = false;
      flags.rasman_receives = true;
      const SessionAction action = session.machine.StillReceiving();
      table_.RemoveIfOver(session);
      Perform(session, action);
      break;
    }
    case Step::kCompleteCalled:
      Complete(session);
      break;
    case Step::kCompleteReturned:
      Returned(session, &WorldFlags::completing);
      break;
    case Step::kEnd:
      End(session);
      break;
    case Step::kDeadline:
      Decide(session, kTimedOut);
      if (session.machine.state() == SessionState::kHeld) flags.hold = false;
      Note(session, SessionEvent::kDeadline);
      Perform(session, session.Overrule(SessionEvent::kDeadline, kTimedOut));
      break;
    case Step::kTellLost:
      Decide(session, kAborted);
      flags.told_lost = true;
      flags.js_uses_port = flags.hold = false;
      Note(session, SessionEvent::kWorkerLost);
      Perform(session, session.Overrule(SessionEvent::kWorkerLost, kAborted));
      break;
    default: {
      Frame frame{session.id, FrameOf(step, session)};
      const auto writer = step == Step::kForge ? CurrentWorker() : WriterFor(session);
      OnFrame(*writer, frame);
      break;
    }
  }
  CheckTable();
}

void SessionWorld::Begin(const void* port) {
  if (table_.IsCompleting(port)) {
    Expect(IsPassing(port), "Begin is refused without need");
    return;
  }
  for (const Session& session : sessions_) {
    if (session->port != port || session->flags.end_over) continue;
    Decide(*session, kDisconnected);
    session->flags.hold = session->flags.end_held = session->flags.js_uses_port = false;
    session->flags.end_over = true;
  }
  if (const Session earlier = table_.OnPort(port)) Note(*earlier, SessionEvent::kAbandoned);
  table_.Abandon(port);
  sessions_.push_back(std::make_shared<WorldSession>(
      table_.TakeId(), port, FrameLimits{options_.in_process, kSendSize, kReceiveSize},
      kUndecided));
  sessions_.back()->expected.error = kUndecided;
  table_.Add(sessions_.back());
}

void SessionWorld::End(WorldSession& session) {
  Decide(session, kDisconnected);
  WorldFlags& flags = session.flags;
  Expect(table_.OnPort(session.port).get() == &session, "invariant 4: End means another session");
  NoteEnd(session);
  if (table_.End(session, kDisconnected)) {
    flags.end_held = true;
    return;
  }
  Expect(!flags.claiming && !flags.frame_call && !flags.collecting && !flags.js_uses_port,
         "SD-24: the port was given back in use");
  // Should it have held an End before, this one has let the server go.
  flags.end_held = false;
  flags.end_over = true;
}

// Which of the two that the machine makes of it, by what is known without the machine.
void SessionWorld::NoteEnd(const WorldSession& session) {
  const WorldFlags& flags = session.flags;
  const bool busy =
      flags.hold || flags.claiming || flags.frame_call || flags.collecting || flags.js_uses_port;
  Note(session, busy ? SessionEvent::kEndWhileBusy : SessionEvent::kEnd);
}

void SessionWorld::Returned(WorldSession& session, bool WorldFlags::* call) {
  session.flags.*call = false;
  const SessionAction action = session.machine.Returned();
  table_.RemoveIfOver(session);
  Perform(session, action);
}

// Something else than a verdict decides what Complete reports, unless something has already.
void SessionWorld::Decide(WorldSession& session, std::uint32_t error) noexcept {
  if (!std::exchange(session.flags.decided, true)) session.expected.error = error;
}

void SessionWorld::OnFrame(WorldWorker& worker, Frame& frame) {
  // Numbers are given out in order.
  const bool known = frame.session >= 1 && frame.session <= sessions_.size();
  const Session session = known ? sessions_[frame.session - 1] : nullptr;
  const bool own = known && Has(*session) && session->worker.get() == &worker;
  if (own) {
    NoteFrame(*session, frame.message);
    if (const auto event = EventOf(frame.message)) Note(*session, *event);
  }

  auto effect = table_.OnFrame(worker, frame);
  if (effect.action == SessionAction::kFatal) worker.at_fault = true;
  if (!own) {
    const bool crossed = known && !Has(*session);
    Expect(effect.action == (crossed ? SessionAction::kIgnore : SessionAction::kFatal),
           "invariant 4: a frame for a session that is not its worker's");
    return;
  }
  Perform(*session, effect.action, &frame.message);
}

// What the frame means to the policy that sent it, by the documentation and without the machine.
void SessionWorld::NoteFrame(WorldSession& session, const Message& message) {
  WorldFlags& flags = session.flags;
  if (const auto* verdict = std::get_if<Verdict>(&message)) {
    if (flags.decided || !IsWellFormed(*verdict)) return;
    flags.decided = true;
    session.expected = *verdict;
  } else if (std::holds_alternative<Hold>(message)) {
    flags.hold = flags.hold || !flags.decided;
  } else if (std::holds_alternative<Release>(message)) {
    flags.hold = false;
  } else if (std::holds_alternative<LetGo>(message) && options_.in_process) {
    flags.js_uses_port = false;
  }
}

void SessionWorld::Perform(WorldSession& session, SessionAction action, const Message* message) {
  WorldFlags& flags = session.flags;
  switch (action) {
    case SessionAction::kCallSend:
    case SessionAction::kCallReceive:
    case SessionAction::kCollect:
      Expect(!flags.complete_called && !flags.end_held && !flags.end_over,
             "invariant 6: the transaction is used after Complete or End");
      Expect(!session.CallsOut(), "SD-22: two calls at once on a port");
      if (action == SessionAction::kCollect) {
        flags.collecting = true;
        return;
      }
      flags.frame_call = true;
      flags.receive_call = action == SessionAction::kCallReceive;
      if (message == nullptr) {
        Expect(false, "a call of Rasman that no frame asked for");
      } else if (flags.receive_call) {
        CallReceive(session, std::get<Receive>(*message));
      } else {
        CallSend(session, std::get<Send>(*message));
      }
      return;
    case SessionAction::kComplete:
      Expect(!session.CallsOut() && !flags.js_uses_port, "SD-23: the buffers are in use");
      flags.complete_due = true;
      return;
    default:
      return;
  }
}

void SessionWorld::Complete(WorldSession& session) {
  if (!session.machine.MayComplete()) return Returned(session, &WorldFlags::complete_due);
  WorldFlags& flags = session.flags;
  flags.complete_due = false;
  Expect(!flags.end_over, "invariants 2 and 4: Complete after the transaction's end");
  Expect(!flags.complete_called || flags.end_held, "invariant 2: a second Complete");
  Expect(!flags.end_held || !flags.hold, "SD-24: a policy that holds the end is not waited for");
  Expect(flags.decided && IsWellFormed(session.verdict()) && ReportsAsExpected(session),
         "invariant 3: not this session's verdict");
  flags.complete_called = flags.completing = true;
  if (flags.end_held) {
    flags.end_held = false;
    flags.end_over = true;
  }
  CallComplete(session);
}

bool SessionWorld::IsPassing(const void* port) const noexcept {
  return std::any_of(sessions_.begin(), sessions_.end(), [&](const Session& session) {
    return session->port == port && session->flags.completing;
  });
}

void SessionWorld::CheckTable() {
  for (const Session& session : sessions_) {
    const WorldFlags& flags = session->flags;
    Expect(Has(*session) != session->machine.over(), "a session is kept or lost in the table");
    Expect(flags.end_over || table_.OnPort(session->port) == session,
           "invariant 4: the port belongs to another session");
    Expect(!flags.end_held || flags.hold || session->CallsOut() || flags.js_uses_port,
           "SD-24: a termination is held for nobody");
    Expect(flags.end_over || !IsPassing(session->port) || flags.completing,
           "invariant 4: the Complete of an earlier session may reach this one's caller");
  }
}

void SessionWorld::ComeToAnEnd() {
  const auto run_all = [&](auto wanted) {
    for (bool again = true; again;) {
      again = false;
      for (int i = 0; i < kSteps; ++i) {
        const Step step = static_cast<Step>(i);
        if (!wanted(step)) continue;
        for (std::size_t which = 0; which < CountOf(step); ++which) {
          if (!IsPossible(step, which)) continue;
          Run(step, which);
          again = true;
        }
      }
    }
  };
  run_all(IsReturn);
  run_all([](Step step) { return step == Step::kWorkerLost || step == Step::kTellLost; });
  run_all(IsReturn);
  for (const Session& session : sessions_) {
    Expect(session->flags.complete_called || session->flags.end_over,
           "invariant 2: no Complete after the worker's death");
    if (!session->flags.end_over) Run(Step::kEnd, session->id - 1);
  }
  run_all([](Step step) { return IsReturn(step) || step == Step::kSignalled; });
  for (const Session& session : sessions_) {
    Expect(session->flags.end_over && !Has(*session), "a session does not end");
  }
}

}  // namespace rasshost
