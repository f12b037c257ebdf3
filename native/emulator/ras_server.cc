// SPDX-License-Identifier: MIT
#include "emulator/ras_server.h"

#include <algorithm>
#include <utility>

#include "emulator/call_options.h"
#include "emulator/crash_report.h"
#include "emulator/trace_text.h"

namespace rasshost {
namespace {

constexpr std::uintptr_t kFirstHandle = 0x1001;

}  // namespace

RasServer::RasServer(const EmulatorOptions& options, std::optional<SecurityModule> module,
                     Trace& trace, BeginTimes& begin_times, CompleteFunction complete,
                     std::function<void()> request_stop,
                     std::function<void(const std::string&)> warn)
    : options_(options),
      module_(std::move(module)),
      trace_(trace),
      begin_times_(begin_times),
      complete_(complete),
      request_stop_(std::move(request_stop)),
      warn_(std::move(warn)),
      ports_in_use_(options.ports, false),
      next_handle_(kFirstHandle),
      last_calls_(options.ports) {}

bool RasServer::rules_broken() const { return rules_broken_; }

void RasServer::ServeCalls() {
  Guard lock(mutex_);
  for (;;) {
    rung_.Wait(lock, [this] { return stopping_ || !ringing_.empty(); });
    if (stopping_) return;
    const std::shared_ptr<Line> line = std::move(ringing_.front());
    ringing_.pop_front();
    TakeCall(lock, line);
  }
}

void RasServer::TakeCall(Guard& lock, std::shared_ptr<Line> line) {
  const auto free_port = std::ranges::find(ports_in_use_, false);
  if (free_port == ports_in_use_.end()) {
    trace_.Write(trace_.Line().Text("line", "busy").Text("caller", line->Name()));
    line->HangUp();
    return;
  }
  const auto call_options = OptionsOfCall(options_);
  if (const auto* problem = std::get_if<UsageError>(&call_options)) {
    warn_(*options_.each_call + ": " + problem->message);
    trace_.Write(trace_.Line().Text("line", "refused").Text("caller", line->Name()));
    line->HangUp();
    CountEnded();
    return;
  }
  *free_port = true;
  const auto port = static_cast<std::uint32_t>(free_port - ports_in_use_.begin()) + 1;
  ++calls_taken_;
  trace_.Write(
      trace_.Line().Text("line", "answered").Number("port", port).Text("caller", line->Name()));
  if (!module_ || options_.port_type != PortType::kModem) {
    ConnectWithoutDialog(std::get<CallOptions>(call_options), port, *line);
  } else {
    const std::uintptr_t number = options_.reuse_handles ? kFirstHandle + port - 1 : next_handle_++;
    const auto transaction = std::make_shared<Transaction>(
        std::get<CallOptions>(call_options), port, reinterpret_cast<HPORT>(number), line);
    open_[transaction->handle] = transaction;
    by_line_[line.get()] = transaction;
    RunBegin(lock, transaction);
  }
  const auto* const stop_after = options_.faults.Find(FaultKind::kStopAfter);
  if (stop_after != nullptr && calls_taken_ == *stop_after) request_stop_();
}

void RasServer::RunBegin(Guard& lock, const TransactionPtr& transaction) {
  Transaction& t = *transaction;
  TraceClient(t.port, "RASCS_Interactive", kInteractive);
  t.line->Answer();
  if (t.options.dialog_timeout != 0) {
    t.dialog_deadline = Clock::now() + t.options.dialog_timeout * t.options.second;
    At(*t.dialog_deadline);
  }
  if (!t.options.client_paused_states) {
    TraceClient(t.port, "ERROR_INTERACTIVE_MODE", ERROR_INTERACTIVE_MODE);
    DropLine(transaction, "client");
  }
  if (t.options.faults.Find(FaultKind::kHangUpAtBegin) != nullptr) DropLine(transaction, "fault");

  trace_.Write(CallLine("call", kBegin, t.port, t.handle)
                   .Number("sendBufSize", t.send_buffer.size())
                   .Number("recvBufSize", t.receive_buffer.size()));
  const auto start = Clock::now();
  t.begin_deadline = start + std::chrono::seconds(t.options.begin_limit);
  At(*t.begin_deadline);
  lock.unlock();
  const DWORD result = module_->begin(
      t.handle, t.send_buffer.data(), static_cast<DWORD>(t.send_buffer.size()),
      t.receive_buffer.data(), static_cast<DWORD>(t.receive_buffer.size()), complete_);
  begin_times_.Add(Clock::now() - start);
  WatchCrashesFirst();
  lock.lock();
  t.begin_deadline.reset();
  const auto blocked =
      std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start).count();
  trace_.Write(CallLine("return", kBegin, t.port, t.handle)
                   .Number("result", result)
                   .Number("blockedUs", blocked));

  if (result != NO_ERROR) {
    if (result == PENDING) Break(Rule::kBeginPending, t.port, t.handle, kBegin);
    if (t.verdict) {
      Break(MayHaveCrossedEnd(t.handle) ? Rule::kCrossedEnd : Rule::kCallAfterRefusal, t.port,
            t.handle, kComplete);
    }
    Finish(transaction, EndedBy::kRefusal, result);
  } else if (t.verdict && t.options.end == EndMode::kNever) {
    Finish(transaction, EndedBy::kComplete, NO_ERROR);
  } else if (t.verdict || t.end_wanted) {
    t.phase = Phase::kEndDue;
    QueueEnd(transaction);
  } else {
    t.phase = Phase::kOpen;
    t.active = Clock::now();
    At(*CompleteDeadline(t));
  }
}

void RasServer::FreePort(std::uint32_t port) { ports_in_use_[port - 1] = false; }

void RasServer::CountEnded() {
  ++calls_ended_;
  if (calls_ended_ == options_.max_calls) request_stop_();
}

void RasServer::OnRing(std::shared_ptr<Line> line) {
  const Guard lock(mutex_);
  trace_.Write(trace_.Line().Text("line", "ring").Text("caller", line->Name()));
  if (stopping_) {
    line->HangUp();
    return;
  }
  ringing_.push_back(std::move(line));
  rung_.NotifyOne();
}

void RasServer::OnHangUp(Line& line) {
  const Guard lock(mutex_);
  const auto found = by_line_.find(&line);
  if (found != by_line_.end()) DropLine(TransactionPtr(found->second), "caller");
}

void RasServer::DropLine(const TransactionPtr& transaction, std::string_view by) {
  Transaction& t = *transaction;
  if (!t.line_up) return;
  trace_.Write(trace_.Line().Text("line", "hang-up").Number("port", t.port).Text("by", by));
  t.line_up = false;
  by_line_.erase(t.line.get());
  t.line->HangUp();
  RequestEnd(transaction);
}

JsonLine RasServer::CallLine(std::string_view key, std::string_view function, std::uint32_t port,
                             HPORT handle) {
  // A Begin may return when the dialog's own thread has called something else.
  if (key == "call") last_calls_.Add(port, handle, function);
  return trace_.Line()
      .Number("port", port)
      .Text(key, function)
      .Number("hPort", ToNumber(handle))
      .Number("thread", GetCurrentThreadId());
}

}  // namespace rasshost
