// SPDX-License-Identifier: MIT
// What may happen to one authentication transaction, as data: states × events → what to do. No
// Win32, no locks, no time in here, so that tests can walk every path. The caller keeps an instance
// under its lock, feeds it events, and carries out the decision after letting the lock go.
#pragma once

#include <cstdint>

namespace rasshost {

enum class SessionState : std::uint8_t {
  kQueued,     // Begin has returned, the worker knows nothing yet
  kOpen,       // the worker has it, no receive is outstanding
  kReceiving,  // the worker has it, Rasman owns a receive
  kJudged,     // the worker has given its verdict; End is owed to us
  kOverruled,  // we gave ERROR in the worker's place; End is owed to us
  kHeld,       // End was answered NO_ERROR: a last Complete is owed by us
  kOver,       // nothing is owed by anybody
};
inline constexpr int kSessionStates = 7;

enum class SessionEvent : std::uint8_t {
  kDelivered,  // the begin frame is on its way to the worker
  kSend,       // frames of the worker
  kReceive,
  kVerdict,
  kHold,
  kRelease,
  kLetGo,          // in-process: JavaScript does not touch the port any more
  kSignalled,      // the receive event was signalled
  kReceiveFailed,  // Rasman refused the receive: no event will follow
  kEnd,            // RasSecurityDialogEnd was called
  kEndWhileBusy,   // the same, when its answer must be NO_ERROR (On() chooses)
  kDeadline,
  kWorkerLost,
  kAbandoned,  // the server has given the handle to another caller without a word
};
inline constexpr int kSessionEvents = 14;

enum class SessionAction : std::uint8_t {
  kNone,
  kIgnore,       // a frame that crossed our own end of the session: not a fault
  kFatal,        // a frame that this state forbids: the worker has to go
  kCallSend,     // call out, then Returned()
  kCallReceive,  // call out, then Returned() or On(kReceiveFailed) before it
  kCollect,      // read length, bytes and GetInfo, then Returned()
  kComplete,     // MayComplete(), call Complete, then Returned(); touch nothing of it after that
  kAnswerOver,   // End returns non-zero
  kAnswerHeld,   // End returns NO_ERROR
};

class SessionMachine {
 public:
  // `in_process`: JavaScript in this process uses the port itself, so that from the begin frame
  // until it lets go the port counts as busy.
  explicit SessionMachine(bool in_process) noexcept : in_process_(in_process) {}

  SessionAction On(SessionEvent event) noexcept;

  // Right before Complete is called, under the same lock as the last look at the buffers. False
  // when the server has ended the transaction since it was decided: then nothing may be touched or
  // called, and Returned() follows at once.
  bool MayComplete() noexcept;

  // The call that the last action asked for has come back. The answer is kComplete when that was
  // waiting for it, else kNone. After kCollect the session is kOpen again, unless it has ended.
  SessionAction Returned() noexcept;

  // Instead of Returned() after kCollect: the event was signalled although the receive still runs.
  SessionAction StillReceiving() noexcept;

  // Claims the port for a call that no frame asked for (GetInfo before the begin frame). False
  // when the session has ended meanwhile. Returned() follows as for any call.
  bool Claim() noexcept;

  SessionState state() const noexcept { return state_; }
  // Complete has been called and has not come back: whether it has reached the server is unknown.
  bool completing() const noexcept { return call_ == Call::kComplete; }
  // The verdict has been reported, and nothing but End is to come: whoever has served the session
  // has no more to do for it.
  bool waits_for_end() const noexcept {
    return (state_ == SessionState::kJudged || state_ == SessionState::kOverruled) &&
           call_ == Call::kNone && !complete_due_ && !hold_ && !shared_port_;
  }
  bool over() const noexcept { return state_ == SessionState::kOver && call_ == Call::kNone; }

 private:
  enum class Call : std::uint8_t {
    kNone,
    kRasman,
    kCollect,
    kCompleteDecided,
    kComplete,
    kCalledOff,  // Complete was decided, then the server ended the transaction
  };

  SessionAction Complete() noexcept;

  SessionState state_ = SessionState::kQueued;
  Call call_ = Call::kNone;
  bool in_process_;
  bool shared_port_ = false;   // JavaScript may be touching the port right now
  bool hold_ = false;          // the policy asked that End be answered NO_ERROR
  bool complete_due_ = false;  // Complete waits for a call to come back or the port to be let go
};

}  // namespace rasshost
