// SPDX-License-Identifier: MIT
// What the RAS server does in a SessionWorld, and what it is told.
#include <algorithm>
#include <utility>

#include "common/ras_codes.h"
#include "session_world.h"

namespace rasshost {
namespace {

// Neither End nor Complete means this transaction any more.
void ForgetServer(WorldFlags& flags) noexcept {
  flags.hold = flags.end_held = flags.js_uses_port = false;
  flags.end_over = true;
}

}  // namespace

void SessionWorld::Begin(const void* port) {
  const Session earlier = table_.OnPort(port);
  // One that has come back and has only not been heard of has reached the server.
  if (table_.IsCompleting(port) && earlier->flags.completing) return;
  for (const Session& session : sessions_) {
    if (session->port != port || session->flags.end_over) continue;
    Decide(*session, kPortDisconnected);
    ForgetServer(session->flags);
  }
  if (earlier) Note(*earlier, SessionEvent::kAbandoned);
  table_.Abandon(port);
  sessions_.push_back(std::make_shared<WorldSession>(
      table_.TakeId(), port, FrameLimits{options_.in_process, kSendSize, kReceiveSize},
      kAuthInternal));
  sessions_.back()->expected.error = kAuthInternal;
  table_.Add(sessions_.back());
}

// The service has stopped, or is about to: nothing of it is called for this session any more.
void SessionWorld::Abandon(WorldSession& session) {
  Decide(session, kPortDisconnected);
  ForgetServer(session.flags);
  Note(session, SessionEvent::kAbandoned);
  session.machine.On(SessionEvent::kAbandoned);
  table_.RemoveIfOver(session);
}

void SessionWorld::End(WorldSession& session) {
  Decide(session, kPortDisconnected);
  WorldFlags& flags = session.flags;
  Expect(table_.OnPort(session.port).get() == &session, "invariant 4: End means another session");
  NoteEnd(session);
  if (table_.End(session, kPortDisconnected)) {
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

void SessionWorld::Complete(WorldSession& session) {
  WorldFlags& flags = session.flags;
  flags.complete_due = false;
  // While the service stops, only what is owed after a held End is called, and then nothing.
  const bool may_call = !flags.outdated && (!stopping_ || flags.end_held);
  if (!may_call) Abandon(session);
  if (!session.machine.MayComplete()) {
    flags.complete_back = true;
    return;
  }
  Expect(may_call, "invariants 12 and 15: Complete after the service has stopped");
  Expect(!flags.end_over, "invariants 2 and 4: Complete after the transaction's end");
  Expect(!flags.complete_called || flags.end_held, "invariant 2: a second Complete");
  Expect(!flags.end_held || !flags.hold, "SD-24: a policy that holds the end is not waited for");
  Expect(flags.decided && IsWellFormed(session.verdict()) && session.ReportsAsExpected(),
         "invariant 3: not this session's verdict");
  flags.complete_called = flags.completing = true;
  if (flags.end_held) {
    flags.end_held = false;
    flags.end_over = true;
  }
  CallComplete(session);
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

bool SessionWorld::IsPassing(const void* port) const noexcept {
  return std::any_of(sessions_.begin(), sessions_.end(), [&](const Session& session) {
    return session->port == port && session->flags.completing;
  });
}

}  // namespace rasshost
