// SPDX-License-Identifier: MIT
#include "session_world.h"

#include <algorithm>

#include "common/ras_codes.h"

namespace rasshost {
namespace {

constexpr std::uint32_t kTimedOut = 1460;
constexpr std::uint32_t kAborted = 1067;

}  // namespace

SessionWorld::SessionWorld(const Options& options)
    : options_(options), stops_left_(options.stops), workers_{std::make_shared<WorldWorker>()} {}

// --- What can happen ---

std::size_t SessionWorld::CountOf(Step step) const {
  switch (step) {
    case Step::kBegin:
    case Step::kStrayEnd:
      return static_cast<std::size_t>(options_.ports);
    case Step::kWorkerLost:
      return workers_.size();
    case Step::kStopping:
    case Step::kStopped:
      return 1;
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
    case Step::kStopping:
      return stops_left_ > 0 && !stopping_;
    case Step::kStopped:
      return stops_left_ > 0;
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
    case Step::kCompleteBack:
      return flags.completing;
    case Step::kCompleteReturned:
      return flags.complete_back;
    case Step::kEnd:
      return !flags.end_over;
    case Step::kDeadline:
      return Has(session);
    case Step::kAbandon:
      return Has(session) && flags.outdated && !flags.end_over;
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
        Expect(!table_.End(*session, kPortDisconnected), "SD-24: nothing was left to end");
      }
      return CheckTable();
    }
    case Step::kWorkerLost:
      workers_[which]->lost = true;
      if (workers_.size() < static_cast<std::size_t>(options_.workers)) {
        workers_.push_back(std::make_shared<WorldWorker>());
      }
      return;
    case Step::kStopping:
      stopping_ = true;
      return;
    case Step::kStopped:
      stopping_ = false;
      --stops_left_;
      for (const Session& session : sessions_) session->flags.outdated = true;
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
    case Step::kCompleteBack:
      flags.completing = false;
      flags.complete_back = true;
      break;
    case Step::kCompleteReturned:
      Returned(session, &WorldFlags::complete_back);
      break;
    case Step::kAbandon:
      Abandon(session);
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
    default:
      WriteFrame(step, session);
      break;
  }
  CheckTable();
}

}  // namespace rasshost
