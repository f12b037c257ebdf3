// SPDX-License-Identifier: MIT
// Sessions with their surroundings: what the security DLL's threads have under way, what its
// workers and the RAS server do and have seen. Every order of events that threads can produce is a
// path through it. The design's invariants 2, 3, 4 and 6 are checked at each step.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/session_table.h"

namespace rasshost {

// What can happen next. Each happens to one session, except kBegin, kStrayEnd (to a port),
// kWorkerLost (to a worker), kStopping and kStopped.
enum class Step : std::uint8_t {
  kBegin,
  kClaim,  // GetInfo before the begin frame
  kClaimReturned,
  kDeliver,
  kSend,  // frames
  kReceive,
  kGrant,
  kDeny,
  kHold,
  kRelease,
  kLetGo,
  kForge,           // another worker gives this session's verdict
  kReceiveRefused,  // by Rasman
  kCallReturned,    // Send or Receive
  kSignalled,       // the receive event
  kCollected,       // the bytes of a signalled receive
  kStillReceiving,  // it was signalled for nothing
  kCompleteCalled,  // or not, when End came first
  kCompleteBack,
  kCompleteReturned,  // whoever has called it is heard of; or it was not called
  kEnd,
  kStrayEnd,  // for a port without a transaction (SD-27)
  kDeadline,
  kWorkerLost,
  kStopping,  // the service
  kStopped,   // and what begins from here on is of its next run
  kAbandon,   // a session hears that its service has stopped
  kTellLost,  // a session hears that its worker is lost, or that none will come
};

// Which events have come to machines in which states.
class WalkedPairs {
 public:
  void Add(SessionState state, SessionEvent event) { pairs_.set(At(state, event)); }
  void Add(const WalkedPairs& others) { pairs_ |= others.pairs_; }
  bool Has(SessionState state, SessionEvent event) const { return pairs_.test(At(state, event)); }

 private:
  static std::size_t At(SessionState state, SessionEvent event) noexcept {
    return static_cast<std::size_t>(state) * kSessionEvents + static_cast<std::size_t>(event);
  }

  std::bitset<kSessionStates * kSessionEvents> pairs_;
};

struct WorldWorker {
  bool ready = true;
  bool lost = false;
  bool at_fault = false;
};

// Trivial, so that its bytes can stand for it.
struct WorldFlags {
  bool claiming = false;
  bool claimed = false;
  bool frame_call = false;     // Send or Receive on the thread that handles frames
  bool receive_call = false;   // it is Receive
  bool collecting = false;     // a signalled receive is being read
  bool complete_due = false;   // Complete is decided, and not called yet
  bool completing = false;     // Complete has not come back yet
  bool complete_back = false;  // it has, or was not called after all; the machine has not heard
  bool rasman_receives = false;
  bool js_uses_port = false;  // in-process, from the begin frame until it lets go
  bool hold = false;          // the policy wants to clean up before the call ends
  bool told_lost = false;
  bool complete_called = false;
  bool end_held = false;  // End was answered NO_ERROR, and no Complete has come since
  bool end_over = false;  // End was answered non-zero, or the last Complete has come
  bool outdated = false;  // the service has stopped since it began
  bool decided = false;   // something has decided what Complete reports
};

struct WorldSession : SessionCore {
  using SessionCore::SessionCore;

  std::shared_ptr<WorldWorker> worker;
  WorldFlags flags;
  Verdict expected{kErrorMessage, 0, {}, {}};  // what Complete must report

  bool ReportsAsExpected() const noexcept {
    const Verdict& reported = verdict();
    return reported.message_id == expected.message_id && reported.error == expected.error &&
           reported.user_name == expected.user_name && reported.domain == expected.domain;
  }
  bool CallsOut() const noexcept {
    return flags.claiming || flags.frame_call || flags.collecting || flags.complete_due ||
           flags.completing || flags.complete_back;
  }
};

class SessionWorld {
 public:
  using Step = rasshost::Step;
  static constexpr std::uint8_t kSteps = 28;

  struct Options {
    bool in_process;
    int ports;
    int workers;    // in all; one is there at a time
    int sessions;   // in all
    int stops = 0;  // of the service
  };
  using Session = std::shared_ptr<WorldSession>;

  // Of every session's buffers, in bytes.
  static constexpr std::uint32_t kSendSize = 16;
  static constexpr std::uint32_t kReceiveSize = 8;

  explicit SessionWorld(const Options& options);
  virtual ~SessionWorld() = default;
  SessionWorld(const SessionWorld& other);
  SessionWorld& operator=(const SessionWorld&) = delete;

  // `which` is a session's number from 0, or for kBegin and kStrayEnd a port's, for kWorkerLost a
  // worker's, for kStopping and kStopped 0.
  bool IsPossible(Step step, std::size_t which) const;
  void Run(Step step, std::size_t which);
  std::size_t CountOf(Step step) const;

  // Frames of one worker are handled one at a time, and none after a fault.
  bool MayWrite(const WorldWorker* worker) const noexcept;
  // A frame that this worker writes, of whatever content; it may cost the worker its place.
  void OnFrame(WorldWorker& worker, Frame& frame);

  // All calls return, workers go, deadlines pass, the server ends what is left: then no session
  // may be left, and each must have been completed or ended.
  void ComeToAnEnd();

  // On the way to this world, which is only one of those that lead to it.
  const WalkedPairs& walked() const noexcept { return walked_; }
  // Two worlds with the same key have the same future.
  std::string Key() const;
  // The first invariant that was broken, empty if none was.
  const std::string& fault() const noexcept { return fault_; }
  const std::vector<Session>& sessions() const noexcept { return sessions_; }
  const std::vector<std::shared_ptr<WorldWorker>>& workers() const noexcept { return workers_; }

 protected:
  // The calls out, for those who want to look at what is passed.
  virtual void CallSend(WorldSession&, const Send&) {}
  virtual void CallReceive(WorldSession&, const Receive&) {}
  virtual void CallComplete(WorldSession&) {}

  void Expect(bool holds, const char* what) {
    if (!holds && fault_.empty()) fault_ = what;
  }

 private:
  void WriteFrame(Step step, const WorldSession& session);
  void Perform(WorldSession& session, SessionAction action, const Message* message = nullptr);
  void Complete(WorldSession& session);
  void Abandon(WorldSession& session);
  void Decide(WorldSession& session, std::uint32_t error) noexcept;
  void Returned(WorldSession& session, bool WorldFlags::* call);
  void NoteFrame(WorldSession& session, const Message& message);
  // Before the machine hears of the event.
  void Note(const WorldSession& session, SessionEvent event) {
    walked_.Add(session.machine.state(), event);
  }
  void NoteEnd(const WorldSession& session);
  void Begin(const void* port);
  void End(WorldSession& session);
  // Whether a Complete has been called that names this port, and has not come back.
  bool IsPassing(const void* port) const noexcept;
  void CheckTable();
  bool Has(const WorldSession& session) const noexcept {
    return table_.Find(session.id) != nullptr;
  }
  bool AnyWorkerLost() const noexcept;
  // Null between two workers.
  std::shared_ptr<WorldWorker> CurrentWorker() const noexcept;
  std::shared_ptr<WorldWorker> WriterFor(const WorldSession& session) const noexcept;
  const void* PortAt(std::size_t index) const noexcept { return &kPortPlaces[index]; }

  static constexpr char kPortPlaces[8] = {};  // their addresses are the handles

  const Options options_;
  int stops_left_;
  bool stopping_ = false;
  SessionTable<WorldSession> table_;
  std::vector<std::shared_ptr<WorldWorker>> workers_;
  std::vector<Session> sessions_;
  std::string fault_;
  WalkedPairs walked_;
};

}  // namespace rasshost
