// SPDX-License-Identifier: MIT
#include "common/session_machine.h"

namespace rasshost {
namespace {

using S = SessionState;
using A = SessionAction;

struct Rule {
  SessionState next;
  SessionAction action;
};

// Rows are states, columns events, in the order of the enums. Three thoughts behind it:
// - a frame is fatal where an honest worker could not have sent it, and ignored where it may have
//   been on its way when we ended the session ourselves;
// - Complete is called on the way into kJudged and kOverruled, and once more when leaving kHeld;
// - only kQueued, kOpen and kReceiving can still become SUCCESS, and only through kVerdict.
constexpr Rule kRules[kSessionStates][kSessionEvents] = {
    {
        // kQueued
        {S::kOpen, A::kNone},           // kDelivered
        {S::kQueued, A::kFatal},        // kSend
        {S::kQueued, A::kFatal},        // kReceive
        {S::kQueued, A::kFatal},        // kVerdict
        {S::kQueued, A::kFatal},        // kHold
        {S::kQueued, A::kFatal},        // kRelease
        {S::kQueued, A::kFatal},        // kLetGo
        {S::kQueued, A::kIgnore},       // kSignalled
        {S::kQueued, A::kIgnore},       // kReceiveFailed
        {S::kOver, A::kAnswerOver},     // kEnd
        {S::kHeld, A::kAnswerHeld},     // kEndWhileBusy
        {S::kOverruled, A::kComplete},  // kDeadline
        {S::kOverruled, A::kComplete},  // kWorkerLost
        {S::kOver, A::kNone},           // kAbandoned
    },
    {
        // kOpen
        {S::kOpen, A::kIgnore},            // kDelivered
        {S::kOpen, A::kCallSend},          // kSend
        {S::kReceiving, A::kCallReceive},  // kReceive
        {S::kJudged, A::kComplete},        // kVerdict
        {S::kOpen, A::kNone},              // kHold
        {S::kOpen, A::kNone},              // kRelease
        {S::kOpen, A::kNone},              // kLetGo
        {S::kOpen, A::kIgnore},            // kSignalled
        {S::kOpen, A::kIgnore},            // kReceiveFailed
        {S::kOver, A::kAnswerOver},        // kEnd
        {S::kHeld, A::kAnswerHeld},        // kEndWhileBusy
        {S::kOverruled, A::kComplete},     // kDeadline
        {S::kOverruled, A::kComplete},     // kWorkerLost
        {S::kOver, A::kNone},              // kAbandoned
    },
    {
        // kReceiving
        {S::kReceiving, A::kIgnore},    // kDelivered
        {S::kReceiving, A::kFatal},     // kSend
        {S::kReceiving, A::kFatal},     // kReceive
        {S::kJudged, A::kComplete},     // kVerdict
        {S::kReceiving, A::kNone},      // kHold
        {S::kReceiving, A::kNone},      // kRelease
        {S::kReceiving, A::kNone},      // kLetGo
        {S::kReceiving, A::kCollect},   // kSignalled
        {S::kOpen, A::kNone},           // kReceiveFailed
        {S::kOver, A::kAnswerOver},     // kEnd
        {S::kHeld, A::kAnswerHeld},     // kEndWhileBusy
        {S::kOverruled, A::kComplete},  // kDeadline
        {S::kOverruled, A::kComplete},  // kWorkerLost
        {S::kOver, A::kNone},           // kAbandoned
    },
    {
        // kJudged
        {S::kJudged, A::kIgnore},    // kDelivered
        {S::kJudged, A::kFatal},     // kSend
        {S::kJudged, A::kFatal},     // kReceive
        {S::kJudged, A::kFatal},     // kVerdict
        {S::kJudged, A::kFatal},     // kHold
        {S::kJudged, A::kNone},      // kRelease
        {S::kJudged, A::kNone},      // kLetGo
        {S::kJudged, A::kIgnore},    // kSignalled
        {S::kJudged, A::kIgnore},    // kReceiveFailed
        {S::kOver, A::kAnswerOver},  // kEnd
        {S::kHeld, A::kAnswerHeld},  // kEndWhileBusy
        {S::kJudged, A::kIgnore},    // kDeadline
        {S::kJudged, A::kNone},      // kWorkerLost
        {S::kOver, A::kNone},        // kAbandoned
    },
    {
        // kOverruled
        {S::kOverruled, A::kIgnore},  // kDelivered
        {S::kOverruled, A::kIgnore},  // kSend
        {S::kOverruled, A::kIgnore},  // kReceive
        {S::kOverruled, A::kIgnore},  // kVerdict
        {S::kOverruled, A::kIgnore},  // kHold
        {S::kOverruled, A::kNone},    // kRelease
        {S::kOverruled, A::kNone},    // kLetGo
        {S::kOverruled, A::kIgnore},  // kSignalled
        {S::kOverruled, A::kIgnore},  // kReceiveFailed
        {S::kOver, A::kAnswerOver},   // kEnd
        {S::kHeld, A::kAnswerHeld},   // kEndWhileBusy
        {S::kOverruled, A::kIgnore},  // kDeadline
        {S::kOverruled, A::kNone},    // kWorkerLost
        {S::kOver, A::kNone},         // kAbandoned
    },
    {
        // kHeld
        {S::kHeld, A::kIgnore},      // kDelivered
        {S::kHeld, A::kIgnore},      // kSend
        {S::kHeld, A::kIgnore},      // kReceive
        {S::kHeld, A::kIgnore},      // kVerdict
        {S::kHeld, A::kIgnore},      // kHold
        {S::kOver, A::kComplete},    // kRelease
        {S::kHeld, A::kNone},        // kLetGo
        {S::kHeld, A::kIgnore},      // kSignalled
        {S::kHeld, A::kIgnore},      // kReceiveFailed
        {S::kHeld, A::kAnswerHeld},  // kEnd
        {S::kHeld, A::kAnswerHeld},  // kEndWhileBusy
        {S::kOver, A::kComplete},    // kDeadline
        {S::kOver, A::kComplete},    // kWorkerLost
        {S::kOver, A::kNone},        // kAbandoned
    },
    {
        // kOver
        {S::kOver, A::kIgnore},      // kDelivered
        {S::kOver, A::kIgnore},      // kSend
        {S::kOver, A::kIgnore},      // kReceive
        {S::kOver, A::kIgnore},      // kVerdict
        {S::kOver, A::kIgnore},      // kHold
        {S::kOver, A::kIgnore},      // kRelease
        {S::kOver, A::kIgnore},      // kLetGo
        {S::kOver, A::kIgnore},      // kSignalled
        {S::kOver, A::kIgnore},      // kReceiveFailed
        {S::kOver, A::kAnswerOver},  // kEnd
        {S::kOver, A::kAnswerOver},  // kEndWhileBusy
        {S::kOver, A::kIgnore},      // kDeadline
        {S::kOver, A::kIgnore},      // kWorkerLost
        {S::kOver, A::kNone},        // kAbandoned
    },
};

}  // namespace

SessionAction SessionMachine::On(SessionEvent event) noexcept {
  // While a call to Rasman or JavaScript in this process may be touching the port, the server must
  // not have it back: End is answered NO_ERROR, and Complete follows when the port is free.
  const bool port_in_use = call_ == Call::kRasman || call_ == Call::kCollect || shared_port_;
  if (event == SessionEvent::kEnd && (hold_ || port_in_use)) event = SessionEvent::kEndWhileBusy;

  const Rule rule = kRules[static_cast<int>(state_)][static_cast<int>(event)];
  if (rule.action == SessionAction::kFatal) return rule.action;
  // End has come between the decision and the call: there is none, or it follows the hold.
  if (call_ == Call::kCompleteDecided &&
      (rule.action == SessionAction::kAnswerOver || rule.action == SessionAction::kAnswerHeld ||
       event == SessionEvent::kAbandoned)) {
    call_ = Call::kCalledOff;
  }

  switch (event) {
    case SessionEvent::kDelivered:
      if (rule.action == SessionAction::kNone) shared_port_ = in_process_;
      break;
    case SessionEvent::kHold:
      if (rule.action == SessionAction::kNone) hold_ = true;
      break;
    case SessionEvent::kRelease:
      hold_ = false;
      break;
    case SessionEvent::kLetGo:
      shared_port_ = false;
      break;
    case SessionEvent::kDeadline:
      // The hold's own deadline ends it.
      if (state_ == SessionState::kHeld) hold_ = false;
      break;
    case SessionEvent::kWorkerLost:
      hold_ = shared_port_ = false;
      break;
    case SessionEvent::kAbandoned:
      hold_ = shared_port_ = complete_due_ = false;
      break;
    case SessionEvent::kEndWhileBusy:
      // Without a policy that asked for the hold nobody will send Release: free the port ourselves.
      if (rule.action == SessionAction::kAnswerHeld && !hold_) complete_due_ = true;
      break;
    default:
      break;
  }

  const bool was_awaited = event == SessionEvent::kRelease || event == SessionEvent::kLetGo ||
                           event == SessionEvent::kWorkerLost;
  if (rule.action == SessionAction::kComplete || (complete_due_ && was_awaited)) {
    // kHeld turns into kOver only together with the call, in Complete().
    if (rule.next != SessionState::kOver) state_ = rule.next;
    return Complete();
  }

  state_ = rule.next;
  switch (rule.action) {
    case SessionAction::kCallSend:
    case SessionAction::kCallReceive:
      call_ = Call::kRasman;
      break;
    case SessionAction::kCollect:
      // Until Returned() the worker may not send: it still waits for this receive.
      call_ = Call::kCollect;
      break;
    default:
      break;
  }
  return rule.action;
}

bool SessionMachine::MayComplete() noexcept {
  if (call_ != Call::kCompleteDecided) return false;
  call_ = Call::kComplete;
  return true;
}

SessionAction SessionMachine::Returned() noexcept {
  if (call_ == Call::kCollect && state_ == SessionState::kReceiving) state_ = SessionState::kOpen;
  return StillReceiving();
}

SessionAction SessionMachine::StillReceiving() noexcept {
  call_ = Call::kNone;
  return complete_due_ ? Complete() : SessionAction::kNone;
}

bool SessionMachine::Claim() noexcept {
  if (state_ != SessionState::kQueued || call_ != Call::kNone) return false;
  call_ = Call::kRasman;
  return true;
}

SessionAction SessionMachine::Complete() noexcept {
  // A verdict that waited for a call to return while End came and was held: Release decides now.
  if (state_ == SessionState::kHeld && hold_) {
    complete_due_ = false;
    return SessionAction::kNone;
  }
  complete_due_ = call_ != Call::kNone || shared_port_;
  if (complete_due_) return SessionAction::kNone;
  call_ = Call::kCompleteDecided;
  if (state_ == SessionState::kHeld) state_ = SessionState::kOver;
  return SessionAction::kComplete;
}

}  // namespace rasshost
