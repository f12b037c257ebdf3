// SPDX-License-Identifier: MIT
// How a transaction ends: End, and what is cleaned up after it.
#include <algorithm>
#include <array>
#include <utility>

#include "emulator/ras_server.h"
#include "emulator/trace_text.h"
#include "windows/detached_thread.h"

namespace rasshost {
namespace {

constexpr std::size_t kMostEnded = 256;

}  // namespace

void RasServer::QueueEnd(const TransactionPtr& transaction) {
  ends_.push_back(transaction);
  end_queued_.NotifyOne();
}

void RasServer::ServeEnds() {
  Guard lock(mutex_);
  for (;;) {
    end_queued_.Wait(lock, [this] { return stopped_ || !ends_.empty(); });
    if (ends_.empty()) return;
    const TransactionPtr transaction = std::move(ends_.front());
    ends_.pop_front();
    // Another thread has taken over otherwise.
    if (!RunEnd(lock, transaction, true)) return;
  }
}

void RasServer::RequestEnd(const TransactionPtr& transaction) {
  // What a stop has left open has no server any more.
  if (service_stopped_) return;
  if (transaction->phase == Phase::kBegin) {
    transaction->end_wanted = true;
  } else if (transaction->phase == Phase::kOpen) {
    transaction->phase = Phase::kEndDue;
    QueueEnd(transaction);
  }
}

bool RasServer::RunEnd(Guard& lock, const TransactionPtr& transaction, bool on_end_thread) {
  Transaction& t = *transaction;
  // A Complete may have overtaken the queue and called End itself.
  if (t.phase != Phase::kEndDue) return true;
  t.phase = Phase::kEndRunning;
  t.on_end_thread = on_end_thread;
  // No earlier: a DLL that is told of the hang-up by its Receive would often have judged by now.
  CancelReceive(t);
  t.end_deadline = Clock::now() + std::chrono::seconds(t.options.end_limit);
  At(*t.end_deadline);
  trace_.Write(CallLine("call", kEnd, t.port, t.handle).Flag("abnormal", !t.verdict));
  lock.unlock();
  const DWORD result = module_->end(t.handle);
  lock.lock();
  t.end_deadline.reset();
  trace_.Write(CallLine("return", kEnd, t.port, t.handle).Number("result", result));
  if (t.phase == Phase::kOver) {
    --ends_given_up_;
    // From now on it is as over as any other.
    const auto ended = std::ranges::find(ended_, transaction, &Ended::transaction);
    if (ended != ended_.end()) *ended = {transaction, EndedBy::kEnd, Clock::now()};
    RetireBuffers(t);
    return false;
  }

  const int owed = result == NO_ERROR ? 1 : 0;
  // Without a verdict before End, one may have crossed it; a delayed termination is owed one more.
  const int allowed = (t.verdict ? 0 : 1) + owed;
  if (t.completed_early > allowed) Break(Rule::kCompleteTwice, t.port, t.handle, kComplete);
  if (t.unless_owed && t.completed_early > owed) {
    Break(*t.unless_owed, t.port, t.handle, kComplete);
  }
  if (result != NO_ERROR) {
    Finish(transaction, t.verdict ? EndedBy::kComplete : EndedBy::kEnd, NO_ERROR);
  } else if (t.completed_early > 0) {
    EndHold(transaction);
  } else {
    t.phase = Phase::kHeld;
    t.hold_deadline = Clock::now() + std::chrono::seconds(t.options.hold_watchdog);
    At(*t.hold_deadline);
  }
  end_done_.NotifyAll();
  return true;
}

void RasServer::GiveUpEnd(const TransactionPtr& transaction) {
  Transaction& t = *transaction;
  Break(Rule::kEndBlocked, t.port, t.handle, kEnd);
  ++ends_given_up_;
  if (t.on_end_thread) {
    // A stop has no time for all who wait to block one after the other.
    const std::size_t threads = stopping_ ? std::max<std::size_t>(ends_.size(), 1) : 1;
    for (std::size_t i = 0; i < threads; ++i) StartDetachedThread([this] { ServeEnds(); });
  }
  Finish(transaction, EndedBy::kGivenUp, NO_ERROR);
  end_done_.NotifyAll();
}

void RasServer::OnBeginOverdue(Transaction& t) {
  Break(Rule::kBeginBlocked, t.port, t.handle, kBegin);
  t.begin_overdue = true;
  // Should Begin return after all, the call goes on.
  CountEnded();
  idle_.NotifyAll();
}

void RasServer::OnCompleteOverdue(const TransactionPtr& transaction) {
  Transaction& t = *transaction;
  std::string detail(Describe(Rule::kCompleteOverdue).text);
  detail.append("; last call: ").append(last_calls_.OfPort(t.port).function);
  Report(Rule::kCompleteOverdue, t.port, t.handle, GetCurrentThreadId(), detail);
  RequestEnd(transaction);
}

void RasServer::EndHold(const TransactionPtr& transaction) {
  transaction->completed_early = 0;
  transaction->hold_deadline.reset();
  if (transaction->options.end_again) {
    transaction->phase = Phase::kEndDue;
    QueueEnd(transaction);
  } else {
    // Without a verdict before End, that Complete may have been the verdict itself, which crossed
    // the hang-up, and the one that the held End promised be on its way: no security DLL can tell.
    Finish(transaction, transaction->verdict ? EndedBy::kComplete : EndedBy::kEnd, NO_ERROR);
  }
}

void RasServer::EndAsConfigured(Guard& lock, const TransactionPtr& transaction) {
  transaction->phase = Phase::kEndDue;
  switch (transaction->options.end) {
    case EndMode::kInside:
      RunEnd(lock, transaction, false);
      break;
    case EndMode::kThread:
      QueueEnd(transaction);
      end_done_.WaitFor(lock, std::chrono::seconds(transaction->options.end_limit), [&transaction] {
        return transaction->phase != Phase::kEndDue && transaction->phase != Phase::kEndRunning;
      });
      break;
    case EndMode::kAfter:
      QueueEnd(transaction);
      break;
    case EndMode::kNever:
      Finish(transaction, EndedBy::kComplete, NO_ERROR);
      break;
  }
}

void RasServer::Finish(const TransactionPtr& transaction, EndedBy by, DWORD refusal) {
  Transaction& t = *transaction;
  t.phase = Phase::kOver;
  // From here on the receive's length and event are the security DLL's own again.
  t.receive.reset();
  // While End runs, the security DLL may still use them.
  if (by != EndedBy::kGivenUp) RetireBuffers(t);
  open_.erase(t.handle);
  by_line_.erase(t.line.get());
  ended_.push_back({transaction, by, Clock::now()});
  if (ended_.size() > kMostEnded) ended_.pop_front();

  if (by == EndedBy::kRefusal) {
    trace_.Write(trace_.Line()
                     .Number("port", t.port)
                     .Number("hPort", ToNumber(t.handle))
                     .Text("outcome", "begin-refused")
                     .Number("dwError", refusal));
    trace_.WriteEvent(LogEvent::kSecAuthInternalError, std::array{PortName(t.port)}, refusal);
    TraceClient(t.port, "RASCS_Disconnected", kDisconnected);
  } else {
    ActOnVerdict(t);
  }
  t.line->HangUp();
  FreePort(t.port);
  if (!t.begin_overdue) CountEnded();
  if (stopping_) idle_.NotifyAll();
}

}  // namespace rasshost
