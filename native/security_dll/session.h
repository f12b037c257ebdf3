// SPDX-License-Identifier: MIT
// One authentication transaction, from Begin to its last Complete or End.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <list>
#include <memory>
#include <utility>

#include "common/session_core.h"
#include "security_dll/pending_receive.h"
#include "security_dll/settings.h"
#include "security_dll/worker.h"
#include "windows/ras_interface.h"

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

// Lengths are WORDs: of a buffer that is larger, no call can use more than this (SD-16, SD-17).
inline constexpr DWORD kMostBytes = 0xFFFF;

// Owned by the session table and by whichever thread is calling out for it. Fields without a
// comment are fixed at Begin.
struct Session : SessionCore {
  Session(std::uint64_t number, const BeginArguments& begin_arguments,
          std::shared_ptr<const Settings> settings_at_begin, std::uint64_t now_ms,
          std::uint32_t run_of_service)
      : SessionCore(number, begin_arguments.port,
                    {settings_at_begin->placement == Placement::kInProcess,
                     std::min(begin_arguments.send_size, kMostBytes),
                     std::min(begin_arguments.receive_size, kMostBytes)},
                    ERROR_AUTH_INTERNAL),
        begin(begin_arguments),
        settings(std::move(settings_at_begin)),
        begun_ms(now_ms),
        run(run_of_service) {}

  const BeginArguments begin;
  const std::shared_ptr<const Settings> settings;  // its deadlines, whatever a reload brings
  const std::uint64_t begun_ms;                    // GetTickCount64
  const std::uint32_t run;                         // of the service; see HostService::run

  // Under the host's lock, as the core is.
  std::shared_ptr<Worker> worker;  // from the begin frame on
  bool counted = false;            // among its worker's sessions
  bool told_ended = false;         // the worker knows that the session is over
  // One element, for the list that the session is in, of those that wait for a worker or for their
  // Complete: ending a session must work without memory.
  std::list<std::shared_ptr<Session>> place = std::list<std::shared_ptr<Session>>(1);

  // Of the one thread that the machine lets call out at a time.
  std::shared_ptr<PendingReceive> receive;
  WORD receive_wanted = 0;      // bytes that the running receive asked for
  std::size_t looks = 0;        // how often GetInfo has been asked for it in vain
  DWORD line_error = NO_ERROR;  // why the last Send failed; told at the next receive
  bool completed = false;       // Complete has been called: buffers are out of bounds
  // Complete is being called. Unlike the machine's own word for it, this ends without the lock.
  std::atomic<bool> in_complete = false;
};

using SessionPtr = std::shared_ptr<Session>;

inline constexpr std::uint64_t Milliseconds(DWORD seconds) noexcept {
  return std::uint64_t{seconds} * 1000;
}

// When the dialog has to be over.
inline std::uint64_t DialogDeadline(const Session& session) noexcept {
  return session.begun_ms + Milliseconds(session.settings->dialog_seconds);
}

inline std::uint64_t RemainingMs(const Session& session) noexcept {
  const std::uint64_t due = DialogDeadline(session);
  const std::uint64_t now = GetTickCount64();
  return due > now ? due - now : 0;
}

}  // namespace rasshost
