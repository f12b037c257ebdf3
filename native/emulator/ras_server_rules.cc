// SPDX-License-Identifier: MIT
// How broken rules are found and named.
#include <algorithm>

#include "emulator/crash_report.h"
#include "emulator/ras_server.h"
#include "emulator/trace_text.h"

namespace rasshost {

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
  const auto now = Clock::now();
  return std::ranges::any_of(ended_, [&](const Ended& ended) {
    return ended.transaction->handle == handle && ended.by == EndedBy::kEnd &&
           ended.when > now - ended.transaction->options.crossing;
  });
}

void RasServer::BreakEnded(const Ended* ended, Rule after_complete, HPORT handle,
                           std::string_view function) {
  if (ended == nullptr) {
    Break(Rule::kUnknownPort, 0, handle, function);
    return;
  }
  const std::uint32_t port = ended->transaction->port;
  switch (ended->by) {
    case EndedBy::kRefusal:
      Break(MayHaveCrossedEnd(handle) ? Rule::kCrossedEnd : Rule::kCallAfterRefusal, port, handle,
            function);
      break;
    case EndedBy::kComplete:
      Break(after_complete, port, handle, function);
      break;
    case EndedBy::kEnd:
      Break(MayHaveCrossedEnd(handle) ? Rule::kCrossedEnd : Rule::kCallAfterEnd, port, handle,
            function);
      break;
    case EndedBy::kGivenUp:
      // As long as End has not returned, there is nothing wrong with it.
      break;
  }
}

void RasServer::RetireBuffers(Transaction& t) {
  if (!t.buffers_valid) return;
  if (!t.send_buffer.FrontIsIntact() || !t.receive_buffer.FrontIsIntact()) {
    Break(Rule::kWriteBeforeBuffer, t.port, t.handle, {});
  }
  t.buffers_valid = false;
  t.send_buffer.Retire();
  t.receive_buffer.Retire();
}

void RasServer::CheckMessage(const Transaction& t, const SECURITY_MESSAGE& message) {
  const auto broken = [&](Rule rule) { Break(rule, t.port, t.handle, kComplete); };
  const std::string_view user = UpToNul(message.UserName);
  const std::string_view domain = UpToNul(message.Domain);
  if (user.size() == sizeof message.UserName || domain.size() == sizeof message.Domain) {
    broken(Rule::kUnterminatedName);
  }
  switch (message.dwMsgId) {
    case SECURITYMSG_SUCCESS:
    case SECURITYMSG_FAILURE:
      if (message.dwError != 0) broken(Rule::kErrorWithVerdict);
      if (user.empty()) broken(Rule::kEmptyUser);
      break;
    case SECURITYMSG_ERROR:
      if (message.dwError == 0 || message.dwError == PENDING) broken(Rule::kErrorWithoutCode);
      break;
    default:
      broken(Rule::kMessageId);
  }
}

void RasServer::Break(Rule rule, std::uint32_t port, HPORT handle, std::string_view function) {
  std::string detail(function);
  if (!detail.empty()) detail += ": ";
  Report(rule, port, handle, GetCurrentThreadId(), detail.append(Describe(rule).text));
}

void RasServer::Report(Rule rule, std::uint32_t port, HPORT handle, DWORD thread,
                       const std::string& detail) {
  const RuleText& text = Describe(rule);
  if (text.grade == Grade::kViolation) rules_broken_ = true;
  trace_.Write(trace_.Line()
                   .Text(GradeName(text.grade), text.statement)
                   .Text("rule", text.name)
                   .Number("port", port)
                   .Number("hPort", ToNumber(handle))
                   .Number("thread", thread)
                   .Text("detail", detail));
  warn_(RuleHeading(text) + ", " + PortName(port) + ": " + detail);
}

RasServer::Guard RasServer::TryToLock() const {
  constexpr int kAttempts = 100;
  Guard lock(mutex_, std::try_to_lock);
  bool locked = lock.owns_lock();
  for (int attempt = 0; !locked && attempt < kAttempts; ++attempt) {
    Sleep(1);
    locked = lock.try_lock();
  }
  return lock;
}

void RasServer::OnCrash(const Crash& crash) {
  std::string detail = DescribeCrash(crash.record);
  LastCall last;
  {
    const Guard lock = TryToLock();
    if (lock) last = last_calls_.OfPort(crash.port);
  }
  detail.append(", thread ").append(std::to_string(crash.thread));
  if (crash.port == 0) {
    detail.append(", which has called for no port");
  } else {
    detail.append(", last seen with ").append(PortName(crash.port));
  }
  if (!last.function.empty()) detail.append(", for which it last called ").append(last.function);
  Report(Rule::kCrash, crash.port, last.handle, crash.thread, detail);
}

void RasServer::OnAccessViolation(std::uintptr_t address) {
  const Guard lock = TryToLock();
  if (!lock) return;
  const auto check = [&](const Transaction& t) {
    for (const GuardedBuffer* buffer : {&t.send_buffer, &t.receive_buffer}) {
      const GuardedBuffer::Place place = buffer->Locate(address);
      if (place == GuardedBuffer::Place::kElsewhere) continue;
      Break(place == GuardedBuffer::Place::kBehind ? Rule::kTouchBehindBuffer
                                                   : Rule::kTouchAfterComplete,
            t.port, t.handle, {});
    }
  };
  for (const auto& [handle, transaction] : open_) check(*transaction);
  for (const Ended& ended : ended_) check(*ended.transaction);
}

}  // namespace rasshost
