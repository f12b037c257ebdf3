// SPDX-License-Identifier: MIT
// How broken rules are found and named.
#include <algorithm>

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
  for (int attempt = 0; !lock && attempt < kAttempts; ++attempt) {
    Sleep(1);
    lock.try_lock();
  }
  if (!lock) return;
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

}  // namespace rasshost
