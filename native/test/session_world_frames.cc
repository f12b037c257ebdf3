// SPDX-License-Identifier: MIT
// What the frames of a SessionWorld's workers do, and the calls of Rasman that follow.
#include <optional>
#include <string>

#include "session_world.h"

namespace rasshost {
namespace {

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

}  // namespace

void SessionWorld::WriteFrame(Step step, const WorldSession& session) {
  Frame frame{session.id, FrameOf(step, session)};
  const auto writer = step == Step::kForge ? CurrentWorker() : WriterFor(session);
  OnFrame(*writer, frame);
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

}  // namespace rasshost
