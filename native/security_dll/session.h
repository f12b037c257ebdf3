// SPDX-License-Identifier: MIT
// One authentication transaction, from Begin to its last Complete or End.
#pragma once

#include <cstdint>
#include <memory>

#include "common/ras_interface.h"
#include "common/session_core.h"
#include "security_dll/pending_receive.h"
#include "security_dll/worker.h"

namespace rasshost {

// What Begin was given. Valid until Complete is called.
struct BeginArguments {
  HPORT port;
  BYTE* send_buffer;
  DWORD send_size;
  BYTE* receive_buffer;
  DWORD receive_size;
  CompleteFunction complete;
};

// Owned by the session table and by whichever thread is calling out for it. Fields without a
// comment are fixed at Begin.
struct Session : SessionCore {
  Session(std::uint64_t number, const BeginArguments& begin_arguments, bool in_process)
      : SessionCore(number, begin_arguments.port,
                    {in_process, begin_arguments.send_size, begin_arguments.receive_size},
                    ERROR_AUTH_INTERNAL),
        begin(begin_arguments) {}

  const BeginArguments begin;

  // Under the host's lock, as the core is.
  std::shared_ptr<Worker> worker;  // from the begin frame on
  bool told_ended = false;         // the worker knows that the session is over

  // Of the one thread that the machine lets call out at a time.
  std::shared_ptr<PendingReceive> receive;
  WORD receive_wanted = 0;      // bytes that the running receive asked for
  DWORD line_error = NO_ERROR;  // why the last Send failed; told at the next receive
  bool completed = false;       // Complete has been called: buffers are out of bounds
};

}  // namespace rasshost
