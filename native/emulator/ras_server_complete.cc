// SPDX-License-Identifier: MIT
// What the server does when the security DLL calls Complete.
#include "common/utf.h"
#include "emulator/ras_server.h"
#include "emulator/trace_text.h"

namespace rasshost {

void RasServer::Complete(const SECURITY_MESSAGE* pointer) {
  if (pointer == nullptr) {
    const Guard lock(mutex_);
    Break(Rule::kNullMessage, 0, nullptr, kComplete);
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
  bool wiped = true;
  if (transaction && transaction->buffers_valid) {
    wiped = transaction->send_buffer.IsZero() && transaction->receive_buffer.IsZero();
    call.Flag("wiped", wiped);
  }
  trace_.Write(call);
  if (BreakStopped(message.hPort, kComplete)) {
    trace_.Write(CallLine("return", kComplete, port, message.hPort));
    return;
  }
  if (!wiped) Break(Rule::kUnwipedBuffers, port, message.hPort, kComplete);

  if (!transaction) {
    BreakEnded(FindEnded(message.hPort), Rule::kCompleteTwice, message.hPort, kComplete);
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
        Break(Rule::kCompleteTwice, t.port, t.handle, kComplete);
        break;
      }
      if (const auto rule = RuleOfStop()) Break(*rule, t.port, t.handle, kComplete);
      t.verdict = message;
      TakeBack(t);
      end_now = t.phase != Phase::kBegin;
      break;
    case Phase::kEndRunning:
      ++t.completed_early;
      t.unless_owed = RuleOfStop();
      TakeBack(t);
      break;
    case Phase::kHeld:
      TakeBack(t);
      EndHold(transaction);
      break;
    case Phase::kOver:
      break;
  }
  if (options_.complete_gate) {
    AwaitGate(lock, *options_.complete_gate);
    // The end of the call may have come meanwhile, and has asked for End by itself; or a stop.
    end_now = end_now && t.phase == Phase::kOpen && !service_stopped_;
  }
  const bool is_inside = t.options.end == EndMode::kInside || t.options.end == EndMode::kThread;
  if (end_now && is_inside) EndAsConfigured(lock, transaction);
  trace_.Write(CallLine("return", kComplete, t.port, t.handle));
  if (end_now && !is_inside) EndAsConfigured(lock, transaction);
}

void RasServer::TakeBack(Transaction& t) {
  if (t.buffers_valid) CloseSend(t);
  CancelReceive(t);
  RetireBuffers(t);
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

}  // namespace rasshost
