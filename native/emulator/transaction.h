// SPDX-License-Identifier: MIT
// What the server knows of one call, from Begin until the transaction is over.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "common/ras_interface.h"
#include "common/unique_handle.h"
#include "emulator/guarded_buffer.h"
#include "emulator/line.h"
#include "emulator/portable/options.h"
#include "emulator/portable/rules.h"

namespace rasshost {

enum class Phase {
  kBegin,   // Begin is running
  kOpen,    // the dialog
  kEndDue,  // End is to be called
  kEndRunning,
  kHeld,  // End returned NO_ERROR: one more Complete is awaited
  kOver,
};

// What GetInfo says of a Receive.
struct ReceiveState {
  DWORD last_error = NO_ERROR;
  DWORD bytes_received = 0;
};

// The security DLL's event, doubled: the DLL may close its own as soon as it likes.
struct PendingReceive {
  PWORD length;
  WORD wanted;
  UniqueHandle event;
  std::optional<std::chrono::steady_clock::time_point> deadline;
  std::optional<std::chrono::steady_clock::time_point> not_before;
  std::optional<std::chrono::steady_clock::time_point> early_event;  // signalled for nothing
};

// All of it is guarded by the server's lock.
struct Transaction {
  Transaction(const CallOptions& call_options, std::uint32_t port_number, HPORT port_handle,
              std::shared_ptr<Line> callers_line)
      : options(call_options),
        port(port_number),
        handle(port_handle),
        line(std::move(callers_line)),
        send_buffer(call_options.send_buffer),
        receive_buffer(call_options.receive_buffer) {}

  const CallOptions options;
  const std::uint32_t port;
  const HPORT handle;
  const std::shared_ptr<Line> line;
  GuardedBuffer send_buffer;
  GuardedBuffer receive_buffer;
  bool buffers_valid = true;

  Phase phase = Phase::kBegin;
  bool end_wanted = false;                  // the call was lost while Begin ran
  bool begin_overdue = false;               // Begin has, or had, taken longer than it may
  bool on_end_thread = false;               // while kEndRunning: not on a thread of the DLL's
  int completed_early = 0;                  // how often Complete came while End ran
  std::optional<Rule> unless_owed;          // what that breaks, but for one that End asks for
  std::optional<SECURITY_MESSAGE> verdict;  // of the first Complete, if it came before End
  std::optional<std::chrono::steady_clock::time_point> dialog_deadline;
  std::optional<std::chrono::steady_clock::time_point> begin_deadline;  // while kBegin
  std::optional<std::chrono::steady_clock::time_point> end_deadline;    // while kEndRunning
  std::optional<std::chrono::steady_clock::time_point> hold_deadline;   // while kHeld

  // When the security DLL has last called, or been told of a Receive's end.
  std::chrono::steady_clock::time_point active;

  bool line_up = true;
  bool client_in_ppp = false;
  std::string input;   // typed, not yet asked for
  std::string unsent;  // with --lossy-send and --late-send: awaits a Receive
  WORD open_send = 0;  // bytes of the last Send, until Receive is called
  std::uint64_t input_total = 0;

  std::optional<PendingReceive> receive;
  ReceiveState state;                                               // of the last Receive
  ReceiveState previous_state;                                      // of the one before it
  std::optional<std::chrono::steady_clock::time_point> late_until;  // see LateInfo

  std::uint32_t sends = 0;
  std::uint32_t receives = 0;
  std::uint32_t get_infos = 0;
};

}  // namespace rasshost
