// SPDX-License-Identifier: MIT
// The clock: everything that happens because time has passed.
#include <algorithm>

#include "emulator/ras_server.h"
#include "emulator/trace_text.h"

namespace rasshost {

void RasServer::At(Clock::time_point when) {
  if (next_alarm_ && *next_alarm_ <= when) return;
  next_alarm_ = when;
  clock_changed_.NotifyOne();
}

void RasServer::ServeClock() {
  Guard lock(mutex_);
  std::vector<TransactionPtr> transactions;
  while (!stopped_) {
    const auto now = Clock::now();
    // Copied, since a deadline may end its transaction.
    transactions.clear();
    for (const auto& [handle, transaction] : open_) transactions.push_back(transaction);
    next_alarm_.reset();
    for (const TransactionPtr& transaction : transactions) {
      const auto next = ServeDeadlines(transaction, now);
      if (next && (!next_alarm_ || *next < *next_alarm_)) next_alarm_ = next;
    }
    if (next_alarm_) {
      clock_changed_.WaitUntil(lock, *next_alarm_);
    } else {
      clock_changed_.Wait(lock);
    }
  }
}

std::optional<RasServer::Clock::time_point> RasServer::CompleteDeadline(
    const Transaction& t) const {
  if (t.phase != Phase::kOpen || t.verdict) return std::nullopt;
  auto from = t.active;
  // Until then the security DLL waits for the caller, and rightly so.
  if (t.receive && t.receive->deadline) from = std::max(from, *t.receive->deadline);
  return from + std::chrono::seconds(t.options.complete_limit);
}

std::optional<RasServer::Clock::time_point> RasServer::ServeDeadlines(
    const TransactionPtr& transaction, Clock::time_point now) {
  // Of what a stop has left open nothing is waited for.
  if (service_stopped_) return std::nullopt;
  Transaction& t = *transaction;
  std::optional<Clock::time_point> next;
  const auto is_due = [&](std::optional<Clock::time_point>& deadline) {
    if (!deadline) return false;
    if (*deadline <= now) {
      deadline.reset();
      return true;
    }
    if (!next || *deadline < *next) next = deadline;
    return false;
  };

  if (t.receive && is_due(t.receive->early_event)) {
    trace_.Write(trace_.Line().Number("port", t.port).Text("receive", "early"));
    SetEvent(t.receive->event.get());
  }
  if (t.receive && is_due(t.receive->not_before)) TryCompleteReceive(t);
  if (t.receive && is_due(t.receive->deadline)) {
    CompleteReceive(t, 0, t.options.timeout_error, "timed-out");
  }
  if (is_due(t.dialog_deadline) && (t.phase == Phase::kBegin || t.phase == Phase::kOpen)) {
    trace_.Write(trace_.Line().Text("deadline", "dialog").Number("port", t.port));
    RequestEnd(transaction);
  }
  if (is_due(t.begin_deadline)) OnBeginOverdue(t);
  if (is_due(t.end_deadline)) GiveUpEnd(transaction);
  auto complete_deadline = CompleteDeadline(t);
  if (is_due(complete_deadline)) OnCompleteOverdue(transaction);
  if (is_due(t.hold_deadline)) {
    Break(Rule::kNeverCompleted, t.port, t.handle, {});
    Finish(transaction, t.verdict ? EndedBy::kComplete : EndedBy::kEnd, NO_ERROR);
  }
  return next;
}

}  // namespace rasshost
