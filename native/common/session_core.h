// SPDX-License-Identifier: MIT
// One authentication transaction without Windows: its state, what its worker may ask of it, and
// what Complete will report. Who gets in is decided here and in SessionMachine, nowhere else.
#pragma once

#include <cstdint>

#include "common/frame.h"
#include "common/session_machine.h"

namespace rasshost {

// What a worker's frames may ask for.
struct FrameLimits {
  bool in_process;             // JavaScript in this process calls Rasman itself, without frames
  std::uint32_t send_size;     // bytes
  std::uint32_t receive_size;  // bytes
};

// For use under the owner's lock, except for what is constant.
class SessionCore {
 public:
  // `error`: what Complete reports when nobody knows better.
  SessionCore(std::uint64_t number, const void* handle, const FrameLimits& frame_limits,
              std::uint32_t error);

  const std::uint64_t id;
  const void* const port;  // an HPORT; the server uses its values again
  const FrameLimits limits;

  SessionMachine machine;

  bool IsRunning() const noexcept;

  // A frame of its worker. kFatal: an honest worker would not have sent it. A verdict that counts
  // is moved out of `message`; the action is then kComplete or, when Complete has to wait, kNone.
  SessionAction OnFrame(Message& message) noexcept;

  // An event of our own; if it finds the session running, Complete will report this error.
  SessionAction Overrule(SessionEvent event, std::uint32_t error) noexcept;

  // ERROR until a well-formed verdict of the worker has come in time (invariant 3).
  const Verdict& verdict() const noexcept { return verdict_; }

 private:
  SessionAction OnVerdict(Verdict& verdict) noexcept;

  Verdict verdict_;
};

}  // namespace rasshost
