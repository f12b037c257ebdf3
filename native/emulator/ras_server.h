// SPDX-License-Identifier: MIT
// The RAS server: takes calls, runs one transaction for each, and watches the security DLL.
//
// One lock guards everything. It is never held while the security DLL is called, and the locks of
// lines and trace are only ever taken inside it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "common/ras_interface.h"
#include "common/srw_condition.h"
#include "common/srw_lock.h"
#include "emulator/begin_times.h"
#include "emulator/last_calls.h"
#include "emulator/line.h"
#include "emulator/portable/options.h"
#include "emulator/portable/rules.h"
#include "emulator/security_module.h"
#include "emulator/service_state.h"
#include "emulator/trace.h"
#include "emulator/transaction.h"

namespace rasshost {

struct Crash {
  const EXCEPTION_RECORD& record;
  DWORD thread;
  std::uint32_t port;  // RasServer::PortOfThisThread() of that thread
};

class RasServer final : public LineEvents {
 public:
  // `complete` is the function that Begin is given. The other two are called on any thread,
  // mostly with the lock held: they must not block. `warn` is told of each broken rule.
  RasServer(const EmulatorOptions& options, std::optional<SecurityModule> module, Trace& trace,
            BeginTimes& begin_times, CompleteFunction complete, std::function<void()> request_stop,
            std::function<void(const std::string&)> warn);

  void Start();
  // No more are taken from now on.
  void RefuseCalls();
  // Ends every call, after RefuseCalls. Returns false when the security DLL keeps a thread in Begin
  // or End: the server must then stay in memory, and nothing wait for the DLL.
  bool Stop();
  // What the security DLL may call depends on it.
  void OnServiceState(ServiceState state);
  // Whether there was a violation.
  bool rules_broken() const;

  // What the security DLL calls, on any thread.
  DWORD Send(HPORT handle, const BYTE* buffer, WORD length);
  DWORD Receive(HPORT handle, const BYTE* buffer, PWORD length, DWORD timeout, HANDLE event);
  DWORD GetInfo(HPORT handle, RAS_SECURITY_INFO* info);
  void Complete(const SECURITY_MESSAGE* message);

  // Names the rule when a thread of the security DLL has touched what is no longer its own.
  void OnAccessViolation(std::uintptr_t address);
  // Names the exception that ends the process. On any thread, while `crash.thread` waits.
  void OnCrash(const Crash& crash);
  // The port for which this thread made its last call, or 0. Needs no lock.
  std::uint32_t PortOfThisThread() const noexcept { return last_calls_.PortOfThisThread(); }

  void OnRing(std::shared_ptr<Line> line) override;
  void OnInput(Line& line, std::span<const std::uint8_t> bytes) override;
  void OnHangUp(Line& line) override;

 private:
  using Clock = std::chrono::steady_clock;
  using Guard = std::unique_lock<SrwLock>;
  using TransactionPtr = std::shared_ptr<Transaction>;

  enum class EndedBy { kRefusal, kComplete, kEnd, kGivenUp };
  struct Ended {
    TransactionPtr transaction;
    EndedBy by;
    Clock::time_point when;
  };

  // The three threads.
  void ServeCalls();
  void ServeEnds();
  void ServeClock();

  // All of these need the lock; those that take it by reference give it up meanwhile.
  void TakeCall(Guard& lock, std::shared_ptr<Line> line);
  void ConnectWithoutDialog(const CallOptions& options, std::uint32_t port, Line& line);
  void RunBegin(Guard& lock, const TransactionPtr& transaction);
  // False when End has taken so long that the transaction has been given up meanwhile.
  bool RunEnd(Guard& lock, const TransactionPtr& transaction, bool on_end_thread);
  void EndAsConfigured(Guard& lock, const TransactionPtr& transaction);
  // Returns when this file is gone.
  void AwaitGate(Guard& lock, const std::string& file);
  void QueueEnd(const TransactionPtr& transaction);
  void RequestEnd(const TransactionPtr& transaction);
  // Returns when nothing more is to come of them.
  void EndAll(Guard& lock);
  void EndHold(const TransactionPtr& transaction);
  // Begin or End does not return. Its thread is the security DLL's from now on.
  void OnBeginOverdue(Transaction& transaction);
  void GiveUpEnd(const TransactionPtr& transaction);
  void OnCompleteOverdue(const TransactionPtr& transaction);
  void Finish(const TransactionPtr& transaction, EndedBy by, DWORD refusal);
  void ActOnVerdict(Transaction& transaction);
  void TraceOutcome(const Transaction& transaction);
  void StartPpp(const CallOptions& options, std::uint32_t port, Line& line, std::string_view user,
                std::string_view domain);
  void FreePort(std::uint32_t port);
  void CountEnded();

  void DropLine(const TransactionPtr& transaction, std::string_view by);
  void WriteUnsent(Transaction& transaction);
  // Complete comes while the last Send may be under way: nothing has told that it is over.
  void CloseSend(Transaction& transaction);
  // From Complete on, what Begin has lent is the server's again.
  void TakeBack(Transaction& transaction);
  void TryCompleteReceive(Transaction& transaction);
  void CompleteReceive(Transaction& transaction, WORD count, DWORD error, std::string_view how);
  void CancelReceive(Transaction& transaction);
  void RetireBuffers(Transaction& transaction);

  // The last call that had this handle, if there was one lately.
  const Ended* FindEnded(HPORT handle) const;
  // Whether a call that names this handle may have been called before an End that has been
  // answered: no security DLL can know that End has begun when it is just about to call.
  bool MayHaveCrossedEnd(HPORT handle) const;
  // Whether a call may have been under way when the service's state changed: a security DLL can
  // look at the state just before it calls, and no later.
  bool CrossesStop(Clock::time_point since) const;
  // Which rule a Complete breaks that no End has asked for, when there is a service that stops.
  std::optional<Rule> RuleOfStop() const;
  // Names the rule when the service has stopped: nothing comes of such a call.
  bool BreakStopped(HPORT handle, std::string_view function);
  // Names the rule that a call for a transaction that is over breaks.
  void BreakEnded(const Ended* ended, Rule after_complete, HPORT handle, std::string_view function);
  // The transaction, if this function may be called for it now; else the rule is named.
  TransactionPtr FindForCall(HPORT handle, std::string_view function);
  TransactionPtr FindOpen(HPORT handle) const;
  DWORD CheckSend(const TransactionPtr& transaction, const BYTE* buffer, WORD length);
  DWORD CheckReceive(const TransactionPtr& transaction, const BYTE* buffer, WORD length);
  void CheckMessage(const Transaction& transaction, const SECURITY_MESSAGE& message);
  void Break(Rule rule, std::uint32_t port, HPORT handle, std::string_view function);
  void Report(Rule rule, std::uint32_t port, HPORT handle, DWORD thread, const std::string& detail);
  // For when a thread has crashed: it may hold the lock itself.
  Guard TryToLock() const;

  void At(Clock::time_point when);
  std::optional<Clock::time_point> ServeDeadlines(const TransactionPtr& transaction,
                                                  Clock::time_point now);
  // When a transaction in which nothing happens has lasted too long, if it can.
  std::optional<Clock::time_point> CompleteDeadline(const Transaction& transaction) const;
  // The beginning of a line about a call that this thread makes, or has made.
  JsonLine CallLine(std::string_view key, std::string_view function, std::uint32_t port,
                    HPORT handle);
  // The user has pressed Done, or the dialog is over: the client goes on to PPP (EM-28).
  void ResumeClient(Transaction& transaction);
  void TraceClient(std::uint32_t port, std::string_view state, DWORD number);

  const EmulatorOptions options_;
  const std::optional<SecurityModule> module_;
  Trace& trace_;
  BeginTimes& begin_times_;
  const CompleteFunction complete_;
  const std::function<void()> request_stop_;
  const std::function<void(const std::string&)> warn_;

  mutable SrwLock mutex_;
  SrwCondition rung_;
  SrwCondition end_queued_;
  SrwCondition end_done_;
  SrwCondition clock_changed_;
  SrwCondition idle_;
  std::deque<std::shared_ptr<Line>> ringing_;
  std::deque<TransactionPtr> ends_;
  std::unordered_map<HPORT, TransactionPtr> open_;
  std::unordered_map<const Line*, TransactionPtr> by_line_;
  std::deque<Ended> ended_;  // the last ones, so that a late call or touch can be named
  std::vector<bool> ports_in_use_;
  std::uintptr_t next_handle_;
  std::uint32_t calls_taken_ = 0;
  std::uint32_t calls_ended_ = 0;
  std::uint32_t ends_given_up_ = 0;  // of those that have not returned since
  std::optional<Clock::time_point> next_alarm_;
  bool stopping_ = false;
  bool stopped_ = false;
  // Since when the service is in these states; a plain process is never stopping.
  std::optional<Clock::time_point> service_stopping_;
  std::optional<Clock::time_point> service_stopped_;
  std::atomic<bool> rules_broken_{false};
  LastCalls last_calls_;

  std::thread call_thread_;
  std::thread end_thread_;  // the first of those that call End, see GiveUpEnd
  std::thread clock_thread_;
};

}  // namespace rasshost
