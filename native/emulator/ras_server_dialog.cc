// SPDX-License-Identifier: MIT
// What the security DLL calls during a dialog, but for Receive.
#include "emulator/ras_server.h"
#include "emulator/trace_text.h"

namespace rasshost {
namespace {

// raserror.h hides it for later Windows versions.
constexpr DWORD kOutOfBuffers = 614;

// What GetInfo says now, which --late-info may keep from being the truth.
ReceiveState ShownState(const Transaction& t) {
  if (!t.late_until || std::chrono::steady_clock::now() >= *t.late_until) return t.state;
  return t.options.late_info.previous ? t.previous_state : ReceiveState{PENDING, 0};
}

}  // namespace

RasServer::TransactionPtr RasServer::FindForCall(HPORT handle, std::string_view function) {
  if (BreakStopped(handle, function)) return nullptr;
  const TransactionPtr transaction = FindOpen(handle);
  if (transaction) transaction->active = Clock::now();
  if (transaction && transaction->buffers_valid) return transaction;
  if (transaction) {
    Break(Rule::kCallAfterComplete, transaction->port, handle, function);
  } else {
    BreakEnded(FindEnded(handle), Rule::kCallAfterComplete, handle, function);
  }
  return nullptr;
}

DWORD RasServer::Send(HPORT handle, const BYTE* buffer, WORD length) {
  const Guard lock(mutex_);
  const TransactionPtr transaction = FindForCall(handle, kSend);
  const DWORD result =
      transaction ? CheckSend(transaction, buffer, length) : ERROR_INVALID_PORT_HANDLE;
  JsonLine line = CallLine("call", kSend, transaction ? transaction->port : 0, handle)
                      .Number("length", length)
                      .Number("result", result);
  if (result == PENDING && options_.trace_data) line.Bytes("data", AsText(buffer, length));
  trace_.Write(line);
  return result;
}

DWORD RasServer::CheckSend(const TransactionPtr& transaction, const BYTE* buffer, WORD length) {
  Transaction& t = *transaction;
  ++t.sends;
  if (t.options.faults.Find(FaultKind::kHangUpAtSend, t.sends) != nullptr) {
    DropLine(transaction, "fault");
  }
  if (const auto* code = t.options.faults.Find(FaultKind::kSendError, t.sends)) return *code;
  if (buffer != t.send_buffer.data()) {
    Break(Rule::kForeignBuffer, t.port, t.handle, kSend);
    return ERROR_BUFFER_INVALID;
  }
  if (length > t.send_buffer.size()) {
    Break(Rule::kSendLength, t.port, t.handle, kSend);
    return ERROR_BUFFER_TOO_SMALL;
  }
  if (!t.line_up) return t.options.line_error;
  if (t.receive) return t.options.busy_error;
  if (t.options.send != SendMode::kAtOnce) {
    t.unsent.append(AsText(buffer, length));
  } else if (!t.line->Write({buffer, length})) {
    return kOutOfBuffers;
  }
  t.open_send = length;
  return PENDING;
}

void RasServer::WriteUnsent(Transaction& t) {
  if (t.unsent.empty()) return;
  t.line->Write({reinterpret_cast<const std::uint8_t*>(t.unsent.data()), t.unsent.size()});
  t.unsent.clear();
}

void RasServer::CloseSend(Transaction& t) {
  if (t.open_send == 0 || !t.line_up) return;
  Break(Rule::kSendWithoutReceive, t.port, t.handle, kComplete);
  if (t.options.send != SendMode::kLate) return;
  t.unsent.erase(t.unsent.size() - t.open_send);
  t.unsent.append(AsText(t.send_buffer.data(), t.open_send));
  WriteUnsent(t);
}

DWORD RasServer::GetInfo(HPORT handle, RAS_SECURITY_INFO* info) {
  const Guard lock(mutex_);
  const TransactionPtr transaction = FindForCall(handle, kGetInfo);
  DWORD result = transaction ? NO_ERROR : ERROR_INVALID_PORT_HANDLE;
  if (transaction) {
    Transaction& t = *transaction;
    ++t.get_infos;
    const auto* const code = t.options.faults.Find(FaultKind::kGetInfoError, t.get_infos);
    if (code != nullptr) {
      result = *code;
    } else {
      const ReceiveState shown = ShownState(t);
      *info = {};
      info->LastError = shown.last_error;
      info->BytesReceived = shown.bytes_received;
      t.options.device_name.copy(info->DeviceName, sizeof info->DeviceName - 1);
    }
  }
  JsonLine line = CallLine("call", kGetInfo, transaction ? transaction->port : 0, handle)
                      .Number("result", result);
  if (result == NO_ERROR) {
    line.Number("lastError", info->LastError).Number("bytesReceived", info->BytesReceived);
  }
  trace_.Write(line);
  return result;
}

}  // namespace rasshost
