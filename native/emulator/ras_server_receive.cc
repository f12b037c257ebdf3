// SPDX-License-Identifier: MIT
// A Receive, from its call until its event is signalled, and the input that it waits for.
#include <algorithm>
#include <utility>

#include "emulator/portable/ppp.h"
#include "emulator/ras_server.h"
#include "emulator/trace_text.h"

namespace rasshost {
namespace {

constexpr std::size_t kMostInput = 64 * 1024;

}  // namespace

DWORD RasServer::Receive(HPORT handle, const BYTE* buffer, PWORD length, DWORD timeout,
                         HANDLE event) {
  const WORD wanted = *length;
  HANDLE doubled = nullptr;
  DuplicateHandle(GetCurrentProcess(), event, GetCurrentProcess(), &doubled, EVENT_MODIFY_STATE,
                  FALSE, 0);
  UniqueHandle own_event(doubled);

  const Guard lock(mutex_);
  const TransactionPtr transaction = FindForCall(handle, kReceive);
  DWORD result =
      transaction ? CheckReceive(transaction, buffer, wanted) : ERROR_INVALID_PORT_HANDLE;
  if (result == PENDING && !own_event) {
    Break(Rule::kEventInvalid, transaction->port, handle, kReceive);
    result = ERROR_INVALID_HANDLE;
  }
  trace_.Write(CallLine("call", kReceive, transaction ? transaction->port : 0, handle)
                   .Number("length", wanted)
                   .Number("timeout", timeout)
                   .Number("result", result));
  if (result != PENDING) return result;

  Transaction& t = *transaction;
  t.previous_state = std::exchange(t.state, {PENDING, 0});
  t.late_until.reset();
  t.receive.emplace(PendingReceive{length, wanted, std::move(own_event), {}, {}, {}});
  if (timeout != 0) {
    t.receive->deadline = Clock::now() + timeout * t.options.second;
    At(*t.receive->deadline);
  }
  WriteUnsent(t);
  const auto fault = [&](FaultKind kind) { return t.options.faults.Find(kind, t.receives); };
  if (const auto* bytes = fault(FaultKind::kSpuriousEvent)) {
    *t.receive_buffer.data() = 0;
    CompleteReceive(t, static_cast<WORD>(*bytes), NO_ERROR, "spurious");
  } else if (const auto* delay = fault(FaultKind::kDelayCompletion)) {
    t.receive->not_before = Clock::now() + std::chrono::milliseconds(*delay);
    At(*t.receive->not_before);
  } else {
    TryCompleteReceive(t);
  }
  if (const auto* early = fault(FaultKind::kEarlyEvent); early != nullptr && t.receive) {
    t.receive->early_event = Clock::now() + std::chrono::milliseconds(*early);
    At(*t.receive->early_event);
  }
  if (fault(FaultKind::kHangUpAtReceive) != nullptr) DropLine(transaction, "fault");
  return PENDING;
}

DWORD RasServer::CheckReceive(const TransactionPtr& transaction, const BYTE* buffer, WORD length) {
  Transaction& t = *transaction;
  ++t.receives;
  // The security DLL has done its part, even if it is refused.
  t.open_send = 0;
  if (const auto* code = t.options.faults.Find(FaultKind::kReceiveError, t.receives)) return *code;
  if (buffer != t.receive_buffer.data()) {
    Break(Rule::kForeignBuffer, t.port, t.handle, kReceive);
    return ERROR_BUFFER_INVALID;
  }
  if (length > t.receive_buffer.size()) {
    Break(Rule::kReceiveLength, t.port, t.handle, kReceive);
    return ERROR_BUFFER_TOO_SMALL;
  }
  if (t.receive) {
    Break(Rule::kReceiveOverlap, t.port, t.handle, kReceive);
    return t.options.busy_error;
  }
  return t.line_up ? PENDING : t.options.line_error;
}

void RasServer::OnInput(Line& line, std::span<const std::uint8_t> bytes) {
  const Guard lock(mutex_);
  const auto found = by_line_.find(&line);
  if (found == by_line_.end()) return;
  const TransactionPtr transaction = found->second;
  Transaction& t = *transaction;
  JsonLine trace =
      trace_.Line().Text("line", "input").Number("port", t.port).Number("bytes", bytes.size());
  if (options_.trace_data) trace.Bytes("data", AsText(bytes.data(), bytes.size()));
  trace_.Write(trace);
  if (ShowsPppFrame(bytes)) ResumeClient(t);
  t.input_total += bytes.size();
  if (t.options.faults.Find(FaultKind::kSilentLine) == nullptr) {
    t.input.append(AsText(bytes.data(), bytes.size()));
  }
  if (t.input.size() >= kMostInput) line.PauseInput(true);
  TryCompleteReceive(t);
  const auto* const most = t.options.faults.Find(FaultKind::kHangUpAfter);
  if (most != nullptr && t.input_total >= *most) DropLine(transaction, "fault");
}

void RasServer::TryCompleteReceive(Transaction& t) {
  if (!t.receive || t.receive->not_before) return;
  const std::size_t wanted = t.receive->wanted;
  const std::size_t needed =
      t.options.receive == ReceiveMode::kExact ? wanted : std::min<std::size_t>(wanted, 1);
  if (t.input.size() < needed) return;
  const std::size_t count = std::min(wanted, t.input.size());
  std::copy_n(t.input.begin(), count, t.receive_buffer.data());
  t.input.erase(0, count);
  if (t.input.size() < kMostInput) t.line->PauseInput(false);
  CompleteReceive(t, static_cast<WORD>(count), NO_ERROR, "completed");
}

void RasServer::CompleteReceive(Transaction& t, WORD count, DWORD error, std::string_view how) {
  trace_.Write(trace_.Line()
                   .Number("port", t.port)
                   .Text("receive", how)
                   .Number("bytes", count)
                   .Number("lastError", error));
  t.active = Clock::now();
  t.state = {error, t.options.counts_bytes ? count : DWORD{0}};
  if (t.options.late_info.time.count() != 0) t.late_until = t.active + t.options.late_info.time;
  if (t.options.tells_length) *t.receive->length = count;
  const UniqueHandle event = std::move(t.receive->event);
  t.receive.reset();
  // Sooner than the end of that Receive would have been, if it had been the time-out.
  if (const auto due = CompleteDeadline(t)) At(*due);
  // Last of all: whoever waits may look at once (EM-14).
  SetEvent(event.get());
}

void RasServer::CancelReceive(Transaction& t) {
  if (!t.receive) return;
  if (t.options.hang_up_event == HangUpEvent::kSignalled) {
    CompleteReceive(t, 0, t.options.line_error, "disconnected");
  } else {
    trace_.Write(trace_.Line().Number("port", t.port).Text("receive", "dropped"));
    t.receive.reset();
  }
}

}  // namespace rasshost
