// SPDX-License-Identifier: MIT
// How the server starts and stops, and what that forbids the security DLL.
#include <algorithm>

#include "emulator/ras_server.h"

namespace rasshost {

void RasServer::Start() {
  call_thread_ = std::thread([this] { ServeCalls(); });
  end_thread_ = std::thread([this] { ServeEnds(); });
  clock_thread_ = std::thread([this] { ServeClock(); });
}

void RasServer::RefuseCalls() {
  const Guard lock(mutex_);
  stopping_ = true;
  rung_.NotifyAll();
  for (const auto& line : ringing_) line->HangUp();
  ringing_.clear();
}

bool RasServer::Stop() {
  Guard lock(mutex_);
  if (!options_.leave_dialogs) EndAll(lock);
  bool all_returned = ends_given_up_ == 0;
  for (const auto& [handle, transaction] : open_) {
    const Phase phase = transaction->phase;
    if (!options_.leave_dialogs || phase == Phase::kBegin || phase == Phase::kEndRunning) {
      all_returned = false;
    }
    transaction->line->HangUp();
  }
  stopped_ = true;
  end_queued_.NotifyAll();
  clock_changed_.NotifyAll();
  lock.unlock();

  for (std::thread* thread : {&call_thread_, &end_thread_, &clock_thread_}) {
    if (all_returned) {
      thread->join();
    } else {
      thread->detach();
    }
  }
  return all_returned;
}

void RasServer::EndAll(Guard& lock) {
  for (const auto& [handle, transaction] : open_) RequestEnd(transaction);
  // The clock bounds each of them, and this what comes of it.
  std::uint32_t limit = 0;
  for (const auto& [handle, transaction] : open_) {
    const CallOptions& options = transaction->options;
    limit = std::max(limit, options.begin_limit + options.end_limit + options.hold_watchdog);
  }
  const auto only_begins_left = [this] {
    return std::ranges::all_of(open_, [](const auto& entry) {
      return entry.second->phase == Phase::kBegin && entry.second->begin_overdue;
    });
  };
  for (std::size_t left = open_.size(); !only_begins_left(); left = open_.size()) {
    const auto is_fewer = [&] { return open_.size() < left || only_begins_left(); };
    if (!idle_.WaitFor(lock, std::chrono::seconds(limit), is_fewer)) break;
  }
  for (const auto& [handle, transaction] : open_) {
    if (transaction->phase == Phase::kHeld) {
      Break(Rule::kNeverCompleted, transaction->port, handle, {});
    }
  }
}

void RasServer::OnServiceState(ServiceState state) {
  const Guard lock(mutex_);
  if (state == ServiceState::kStopPending) service_stopping_ = Clock::now();
  if (state != ServiceState::kStopped) return;
  service_stopped_ = Clock::now();
  // With --leave-dialogs.
  for (const auto& [handle, transaction] : open_) TraceOutcome(*transaction);
}

std::optional<Rule> RasServer::RuleOfStop() const {
  if (!service_stopping_) return std::nullopt;
  return CrossesStop(*service_stopping_) ? Rule::kCrossedStop : Rule::kCompleteWhileStopping;
}

bool RasServer::BreakStopped(HPORT handle, std::string_view function) {
  if (!service_stopped_) return false;
  const TransactionPtr open = FindOpen(handle);
  const Ended* const ended = FindEnded(handle);
  const std::uint32_t port = open ? open->port : ended != nullptr ? ended->transaction->port : 0;
  Break(CrossesStop(*service_stopped_) ? Rule::kCrossedStop : Rule::kCallAfterStop, port, handle,
        function);
  return true;
}

bool RasServer::CrossesStop(Clock::time_point since) const {
  return Clock::now() < since + options_.crossing;
}

}  // namespace rasshost
