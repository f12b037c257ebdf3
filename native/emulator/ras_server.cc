// SPDX-License-Identifier: MIT
#include "emulator/ras_server.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "common/utf.h"
#include "emulator/portable/ppp.h"

namespace rasshost {
namespace {

constexpr std::uintptr_t kFirstHandle = 0x1001;
constexpr std::size_t kMostEnded = 256;

constexpr std::string_view kBegin = "RasSecurityDialogBegin";
constexpr std::string_view kEnd = "RasSecurityDialogEnd";
constexpr std::string_view kComplete = "RasSecurityDialogComplete";

// ras.h: RASCONNSTATE
constexpr DWORD kAuthenticate = 5;
constexpr DWORD kInteractive = 4096;
constexpr DWORD kConnected = 8192;
constexpr DWORD kDisconnected = 8193;

template <std::size_t N>
std::string_view UpToNul(const CHAR (&text)[N]) noexcept {
  const CHAR* const end = std::find(text, text + N, '\0');
  return {text, static_cast<std::size_t>(end - text)};
}

std::string PortName(std::uint32_t port) { return "port " + std::to_string(port); }

std::uint64_t ToNumber(HPORT handle) noexcept { return reinterpret_cast<std::uintptr_t>(handle); }

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
      next_handle_(kFirstHandle) {}

void RasServer::Start() {
  call_thread_ = std::thread([this] { ServeCalls(); });
  end_thread_ = std::thread([this] { ServeEnds(); });
  clock_thread_ = std::thread([this] { ServeClock(); });
}

bool RasServer::Stop() {
  Guard lock(mutex_);
  stopping_ = true;
  rung_.NotifyAll();
  for (const auto& line : ringing_) line->HangUp();
  ringing_.clear();
  for (const auto& [handle, transaction] : open_) RequestEnd(transaction);
  const std::chrono::seconds limit(options_.end_limit + options_.hold_watchdog);
  const bool idle = idle_.WaitFor(lock, limit, [this] { return open_.empty(); });
  for (const auto& [handle, transaction] : open_) {
    Violate(Rule::kNeverCompleted, transaction->port, handle, {});
    if (transaction->line_up) transaction->line->HangUp();
  }
  stopped_ = true;
  end_queued_.NotifyAll();
  clock_changed_.NotifyAll();
  lock.unlock();

  for (std::thread* thread : {&call_thread_, &end_thread_, &clock_thread_}) {
    if (idle) {
      thread->join();
    } else {
      thread->detach();
    }
  }
  return idle;
}

bool RasServer::rules_broken() const {
  const Guard lock(mutex_);
  return rules_broken_;
}

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
  *free_port = true;
  const auto port = static_cast<std::uint32_t>(free_port - ports_in_use_.begin()) + 1;
  ++calls_taken_;
  trace_.Write(
      trace_.Line().Text("line", "answered").Number("port", port).Text("caller", line->Name()));
  if (!module_ || options_.port_type != PortType::kModem) {
    ConnectWithoutDialog(port, *line);
  } else {
    const std::uintptr_t number = options_.reuse_handles ? kFirstHandle + port - 1 : next_handle_++;
    const auto transaction = std::make_shared<Transaction>(
        port, reinterpret_cast<HPORT>(number), line, options_.send_buffer, options_.receive_buffer);
    open_[transaction->handle] = transaction;
    by_line_[line.get()] = transaction;
    RunBegin(lock, transaction);
  }
  const auto* const stop_after = options_.faults.Find(FaultKind::kStopAfter);
  if (stop_after != nullptr && calls_taken_ == *stop_after) request_stop_();
}

void RasServer::ConnectWithoutDialog(std::uint32_t port, Line& line) {
  line.Answer();
  trace_.Write(trace_.Line().Number("port", port).Text("outcome", "no-dialog"));
  TraceClient(port, "RASCS_Authenticate", kAuthenticate);
  StartPpp(port, line, options_.ppp_user.value_or(""), options_.ppp_domain);
  FreePort(port);
}

void RasServer::RunBegin(Guard& lock, const TransactionPtr& transaction) {
  Transaction& t = *transaction;
  TraceClient(t.port, "RASCS_Interactive", kInteractive);
  t.line->Answer();
  if (options_.dialog_timeout != 0) {
    t.dialog_deadline = Clock::now() + options_.dialog_timeout * options_.second;
    At(*t.dialog_deadline);
  }
  if (!options_.client_paused_states) {
    TraceClient(t.port, "ERROR_INTERACTIVE_MODE", ERROR_INTERACTIVE_MODE);
    DropLine(transaction, "client");
  }
  if (options_.faults.Find(FaultKind::kHangUpAtBegin) != nullptr) DropLine(transaction, "fault");

  trace_.Write(CallLine("call", kBegin, t.port, t.handle)
                   .Number("sendBufSize", t.send_buffer.size())
                   .Number("recvBufSize", t.receive_buffer.size()));
  const auto start = Clock::now();
  lock.unlock();
  const DWORD result = module_->begin(
      t.handle, t.send_buffer.data(), static_cast<DWORD>(t.send_buffer.size()),
      t.receive_buffer.data(), static_cast<DWORD>(t.receive_buffer.size()), complete_);
  begin_times_.Add(Clock::now() - start);
  lock.lock();
  const auto blocked =
      std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start).count();
  trace_.Write(CallLine("return", kBegin, t.port, t.handle)
                   .Number("result", result)
                   .Number("blockedUs", blocked));

  if (result != NO_ERROR) {
    if (result == PENDING) Violate(Rule::kBeginPending, t.port, t.handle, kBegin);
    if (t.verdict && !MayHaveCrossedEnd(t.handle)) {
      Violate(Rule::kCallAfterRefusal, t.port, t.handle, kComplete);
    }
    Finish(transaction, EndedBy::kRefusal, result);
  } else if (t.verdict || t.end_wanted) {
    t.phase = Phase::kEndDue;
    QueueEnd(transaction);
  } else {
    t.phase = Phase::kOpen;
  }
}

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
    RunEnd(lock, transaction);
  }
}

void RasServer::RequestEnd(const TransactionPtr& transaction) {
  if (transaction->phase == Phase::kBegin) {
    transaction->end_wanted = true;
  } else if (transaction->phase == Phase::kOpen) {
    transaction->phase = Phase::kEndDue;
    QueueEnd(transaction);
  }
}

void RasServer::RunEnd(Guard& lock, const TransactionPtr& transaction) {
  Transaction& t = *transaction;
  // A Complete may have overtaken the queue and called End itself.
  if (t.phase != Phase::kEndDue) return;
  t.phase = Phase::kEndRunning;
  // No earlier: a DLL that is told of the hang-up by its Receive would often have judged by now.
  CancelReceive(t);
  t.end_deadline = Clock::now() + std::chrono::seconds(options_.end_limit);
  At(*t.end_deadline);
  trace_.Write(CallLine("call", kEnd, t.port, t.handle).Flag("abnormal", !t.verdict));
  lock.unlock();
  const DWORD result = module_->end(t.handle);
  lock.lock();
  t.end_deadline.reset();
  trace_.Write(CallLine("return", kEnd, t.port, t.handle).Number("result", result));

  // Without a verdict before End, one may have crossed it; a delayed termination is owed one more.
  const int allowed = (t.verdict ? 0 : 1) + (result == NO_ERROR ? 1 : 0);
  if (t.completed_early > allowed) Violate(Rule::kCompleteTwice, t.port, t.handle, kComplete);
  if (result != NO_ERROR) {
    Finish(transaction, t.verdict ? EndedBy::kComplete : EndedBy::kEnd, NO_ERROR);
  } else if (t.completed_early > 0) {
    EndHold(transaction);
  } else {
    t.phase = Phase::kHeld;
    t.hold_deadline = Clock::now() + std::chrono::seconds(options_.hold_watchdog);
    At(*t.hold_deadline);
  }
  end_done_.NotifyAll();
}

void RasServer::EndHold(const TransactionPtr& transaction) {
  transaction->completed_early = 0;
  transaction->hold_deadline.reset();
  if (options_.end_again) {
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
  switch (options_.end) {
    case EndMode::kInside:
      RunEnd(lock, transaction);
      break;
    case EndMode::kThread:
      QueueEnd(transaction);
      end_done_.WaitFor(lock, std::chrono::seconds(options_.end_limit), [&transaction] {
        return transaction->phase != Phase::kEndDue && transaction->phase != Phase::kEndRunning;
      });
      break;
    case EndMode::kAfter:
      QueueEnd(transaction);
      break;
  }
}

void RasServer::Complete(const SECURITY_MESSAGE* pointer) {
  if (pointer == nullptr) {
    const Guard lock(mutex_);
    Violate(Rule::kNullMessage, 0, nullptr, kComplete);
    return;
  }
  const SECURITY_MESSAGE message = *pointer;
  Guard lock(mutex_);
  if (options_.arrival_gate) {
    trace_.Write(CallLine("underWay", kComplete, 0, message.hPort));
    AwaitGate(lock, *options_.arrival_gate);
  }
  const TransactionPtr transaction = FindOpen(message.hPort);
  const std::uint32_t port = transaction ? transaction->port : 0;
  JsonLine call = CallLine("call", kComplete, port, message.hPort)
                      .Number("dwMsgId", message.dwMsgId)
                      .Number("dwError", message.dwError)
                      .Bytes("userName", UpToNul(message.UserName))
                      .Bytes("domain", UpToNul(message.Domain));
  if (transaction && transaction->buffers_valid) {
    call.Flag("wiped", transaction->send_buffer.IsZero() && transaction->receive_buffer.IsZero());
  }
  trace_.Write(call);

  if (!transaction) {
    ViolateEnded(FindEnded(message.hPort), Rule::kCompleteTwice, message.hPort, kComplete);
    trace_.Write(CallLine("return", kComplete, port, message.hPort));
    return;
  }

  Transaction& t = *transaction;
  CheckMessage(t, message);
  bool end_now = false;
  switch (t.phase) {
    case Phase::kBegin:
    case Phase::kOpen:
    case Phase::kEndDue:
      if (t.verdict) {
        Violate(Rule::kCompleteTwice, t.port, t.handle, kComplete);
        break;
      }
      t.verdict = message;
      CancelReceive(t);
      RetireBuffers(t);
      end_now = t.phase != Phase::kBegin;
      break;
    case Phase::kEndRunning:
      ++t.completed_early;
      CancelReceive(t);
      RetireBuffers(t);
      break;
    case Phase::kHeld:
      CancelReceive(t);
      RetireBuffers(t);
      EndHold(transaction);
      break;
    case Phase::kOver:
      break;
  }
  if (options_.complete_gate) {
    AwaitGate(lock, *options_.complete_gate);
    // The end of the call may have come meanwhile, and has asked for End by itself.
    end_now = end_now && t.phase == Phase::kOpen;
  }
  if (end_now && options_.end != EndMode::kAfter) EndAsConfigured(lock, transaction);
  trace_.Write(CallLine("return", kComplete, t.port, t.handle));
  if (end_now && options_.end == EndMode::kAfter) EndAsConfigured(lock, transaction);
}

void RasServer::AwaitGate(Guard& lock, const std::string& file) {
  constexpr DWORD kLookMs = 5;
  const std::wstring gate = ToWide(file);
  while (GetFileAttributesW(gate.c_str()) != INVALID_FILE_ATTRIBUTES) {
    lock.unlock();
    Sleep(kLookMs);
    lock.lock();
  }
}

void RasServer::Finish(const TransactionPtr& transaction, EndedBy by, DWORD refusal) {
  Transaction& t = *transaction;
  t.phase = Phase::kOver;
  // From here on the receive's length and event are the security DLL's own again.
  t.receive.reset();
  RetireBuffers(t);
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
  if (open_.empty()) idle_.NotifyAll();
}

void RasServer::ActOnVerdict(Transaction& t) {
  JsonLine line = trace_.Line().Number("port", t.port).Number("hPort", ToNumber(t.handle));
  if (!t.verdict) {
    trace_.Write(line.Text("outcome", "ended"));
    TraceClient(t.port, "RASCS_Disconnected", kDisconnected);
    return;
  }
  const std::string user(UpToNul(t.verdict->UserName));
  const std::string domain(UpToNul(t.verdict->Domain));
  const DWORD id = t.verdict->dwMsgId;
  line.Text("outcome", id == SECURITYMSG_SUCCESS   ? "success"
                       : id == SECURITYMSG_FAILURE ? "failure"
                                                   : "error")
      .Bytes("userName", user)
      .Bytes("domain", domain)
      .Number("dwError", t.verdict->dwError);
  trace_.Write(line);
  if (id == SECURITYMSG_SUCCESS && t.line_up) {
    ResumeClient(t);
    StartPpp(t.port, *t.line, user, domain);
    return;
  }
  if (id == SECURITYMSG_FAILURE) {
    trace_.WriteEvent(LogEvent::kSecAuthFailure, std::array{user, PortName(t.port)}, 0);
  } else if (id != SECURITYMSG_SUCCESS) {
    trace_.WriteEvent(LogEvent::kSecAuthInternalError, std::array{PortName(t.port)},
                      t.verdict->dwError);
  }
  TraceClient(t.port, "RASCS_Disconnected", kDisconnected);
}

void RasServer::StartPpp(std::uint32_t port, Line& line, std::string_view user,
                         std::string_view domain) {
  line.Write(LcpConfigureRequest());
  trace_.Write(trace_.Line().Number("port", port).Text("ppp", "lcp-configure-request"));

  const PppOutcome outcome = AuthenticatePpp(options_, user, domain);
  const std::string ppp_user = options_.ppp_user.value_or(std::string(user));
  trace_.Write(trace_.Line()
                   .Number("port", port)
                   .Text("ppp", outcome == PppOutcome::kAuthenticated ? "authenticated"
                                : outcome == PppOutcome::kRefused     ? "refused"
                                                                      : "name-mismatch")
                   .Bytes("userName", user)
                   .Bytes("pppUser", ppp_user));
  switch (outcome) {
    case PppOutcome::kAuthenticated:
      trace_.WriteEvent(LogEvent::kAuthSuccess, std::array{ppp_user, PortName(port)}, 0);
      TraceClient(port, "RASCS_Connected", kConnected);
      break;
    case PppOutcome::kRefused:
      trace_.WriteEvent(LogEvent::kAuthFailure, std::array{ppp_user, PortName(port)}, 0);
      break;
    case PppOutcome::kNameMismatch:
      trace_.WriteEvent(LogEvent::kAuthDiffuserFailure, std::array{std::string(user), ppp_user}, 0);
      break;
  }
  line.HangUp();
  TraceClient(port, "RASCS_Disconnected", kDisconnected);
}

void RasServer::FreePort(std::uint32_t port) {
  ports_in_use_[port - 1] = false;
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

RasServer::TransactionPtr RasServer::FindOpen(HPORT handle) const {
  const auto found = open_.find(handle);
  return found == open_.end() ? nullptr : found->second;
}

const RasServer::Ended* RasServer::FindEnded(HPORT handle) const {
  const auto found = std::find_if(ended_.rbegin(), ended_.rend(), [handle](const Ended& candidate) {
    return candidate.transaction->handle == handle;
  });
  return found == ended_.rend() ? nullptr : &*found;
}

bool RasServer::MayHaveCrossedEnd(HPORT handle) const {
  const auto since = Clock::now() - options_.crossing;
  return std::ranges::any_of(ended_, [&](const Ended& ended) {
    return ended.transaction->handle == handle && ended.by == EndedBy::kEnd && ended.when > since;
  });
}

void RasServer::ViolateEnded(const Ended* ended, Rule after_complete, HPORT handle,
                             std::string_view function) {
  if (ended == nullptr) {
    Violate(Rule::kUnknownPort, 0, handle, function);
    return;
  }
  const std::uint32_t port = ended->transaction->port;
  switch (ended->by) {
    case EndedBy::kRefusal:
      if (!MayHaveCrossedEnd(handle)) Violate(Rule::kCallAfterRefusal, port, handle, function);
      break;
    case EndedBy::kComplete:
      Violate(after_complete, port, handle, function);
      break;
    case EndedBy::kEnd:
      if (!MayHaveCrossedEnd(handle)) Violate(Rule::kCallAfterEnd, port, handle, function);
      break;
  }
}

void RasServer::RetireBuffers(Transaction& t) {
  if (!t.buffers_valid) return;
  if (!t.send_buffer.FrontIsIntact() || !t.receive_buffer.FrontIsIntact()) {
    Violate(Rule::kWriteBeforeBuffer, t.port, t.handle, {});
  }
  t.buffers_valid = false;
  t.send_buffer.Retire();
  t.receive_buffer.Retire();
}

void RasServer::CheckMessage(const Transaction& t, const SECURITY_MESSAGE& message) {
  const auto violate = [&](Rule rule) { Violate(rule, t.port, t.handle, kComplete); };
  const std::string_view user = UpToNul(message.UserName);
  const std::string_view domain = UpToNul(message.Domain);
  if (user.size() == sizeof message.UserName || domain.size() == sizeof message.Domain) {
    violate(Rule::kUnterminatedName);
  }
  switch (message.dwMsgId) {
    case SECURITYMSG_SUCCESS:
    case SECURITYMSG_FAILURE:
      if (message.dwError != 0) violate(Rule::kErrorWithVerdict);
      if (user.empty()) violate(Rule::kEmptyUser);
      break;
    case SECURITYMSG_ERROR:
      if (message.dwError == 0 || message.dwError == PENDING) violate(Rule::kErrorWithoutCode);
      break;
    default:
      violate(Rule::kMessageId);
  }
}

void RasServer::Violate(Rule rule, std::uint32_t port, HPORT handle, std::string_view function) {
  rules_broken_ = true;
  const RuleText& text = Describe(rule);
  std::string detail(function);
  if (!detail.empty()) detail += ": ";
  detail += text.text;
  trace_.Write(trace_.Line()
                   .Text("violation", text.statement)
                   .Text("rule", text.name)
                   .Number("port", port)
                   .Number("hPort", ToNumber(handle))
                   .Number("thread", GetCurrentThreadId())
                   .Text("detail", detail));
  warn_("violation of " + std::string(text.statement) + " (" + std::string(text.name) + "), " +
        PortName(port) + ": " + detail);
}

void RasServer::OnAccessViolation(std::uintptr_t address) {
  // The thread may have died inside this server, or while another one holds the lock for good.
  constexpr int kAttempts = 100;
  Guard lock(mutex_, std::try_to_lock);
  bool locked = lock.owns_lock();
  for (int attempt = 0; !locked && attempt < kAttempts; ++attempt) {
    Sleep(1);
    locked = lock.try_lock();
  }
  if (!locked) return;
  const auto check = [&](const Transaction& t) {
    for (const GuardedBuffer* buffer : {&t.send_buffer, &t.receive_buffer}) {
      const GuardedBuffer::Place place = buffer->Locate(address);
      if (place == GuardedBuffer::Place::kElsewhere) continue;
      Violate(place == GuardedBuffer::Place::kBehind ? Rule::kTouchBehindBuffer
                                                     : Rule::kTouchAfterComplete,
              t.port, t.handle, {});
    }
  };
  for (const auto& [handle, transaction] : open_) check(*transaction);
  for (const Ended& ended : ended_) check(*ended.transaction);
}

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

std::optional<RasServer::Clock::time_point> RasServer::ServeDeadlines(
    const TransactionPtr& transaction, Clock::time_point now) {
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

  if (t.receive && is_due(t.receive->not_before)) TryCompleteReceive(t);
  if (t.receive && is_due(t.receive->deadline)) {
    CompleteReceive(t, 0, options_.timeout_error, "timed-out");
  }
  if (is_due(t.dialog_deadline) && (t.phase == Phase::kBegin || t.phase == Phase::kOpen)) {
    trace_.Write(trace_.Line().Text("deadline", "dialog").Number("port", t.port));
    RequestEnd(transaction);
  }
  if (is_due(t.end_deadline)) Violate(Rule::kEndBlocked, t.port, t.handle, kEnd);
  if (is_due(t.hold_deadline)) {
    Violate(Rule::kNeverCompleted, t.port, t.handle, {});
    Finish(transaction, t.verdict ? EndedBy::kComplete : EndedBy::kEnd, NO_ERROR);
  }
  return next;
}

JsonLine RasServer::CallLine(std::string_view key, std::string_view function, std::uint32_t port,
                             HPORT handle) const {
  return trace_.Line()
      .Number("port", port)
      .Text(key, function)
      .Number("hPort", ToNumber(handle))
      .Number("thread", GetCurrentThreadId());
}

void RasServer::ResumeClient(Transaction& t) {
  if (t.client_in_ppp) return;
  t.client_in_ppp = true;
  TraceClient(t.port, "RASCS_Authenticate", kAuthenticate);
}

void RasServer::TraceClient(std::uint32_t port, std::string_view state, DWORD number) {
  trace_.Write(trace_.Line().Number("port", port).Text("client", state).Number("state", number));
}

}  // namespace rasshost
