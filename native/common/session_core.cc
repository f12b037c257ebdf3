// SPDX-License-Identifier: MIT
#include "common/session_core.h"

#include <utility>

#include "common/ras_codes.h"

namespace rasshost {
namespace {

// What an ERROR may carry (SD-10): neither success nor the sign that an operation is under way, as
// a call may leave them that has failed without saying why.
constexpr std::uint32_t ReportableError(std::uint32_t error) noexcept {
  return error == 0 || error == kPending ? kAuthInternal : error;
}

}  // namespace

SessionCore::SessionCore(std::uint64_t number, const void* handle, const FrameLimits& frame_limits,
                         std::uint32_t error)
    : id(number),
      port(handle),
      limits(frame_limits),
      machine(frame_limits.in_process),
      verdict_{kErrorMessage, ReportableError(error), {}, {}} {}

bool SessionCore::IsRunning() const noexcept {
  return machine.state() == SessionState::kQueued || machine.state() == SessionState::kOpen ||
         machine.state() == SessionState::kReceiving;
}

SessionAction SessionCore::OnFrame(Message& message) noexcept {
  if (const auto* send = std::get_if<Send>(&message)) {
    const bool fits = !send->data.empty() && send->data.size() <= limits.send_size;
    if (limits.in_process || !fits) return SessionAction::kFatal;
    return machine.On(SessionEvent::kSend);
  }
  if (const auto* receive = std::get_if<Receive>(&message)) {
    const bool fits = receive->length > 0 && receive->length <= limits.receive_size;
    if (limits.in_process || !fits) return SessionAction::kFatal;
    return machine.On(SessionEvent::kReceive);
  }
  if (auto* verdict = std::get_if<Verdict>(&message)) return OnVerdict(*verdict);
  if (std::holds_alternative<Hold>(message)) return machine.On(SessionEvent::kHold);
  if (std::holds_alternative<Release>(message)) return machine.On(SessionEvent::kRelease);
  if (std::holds_alternative<LetGo>(message) && limits.in_process) {
    return machine.On(SessionEvent::kLetGo);
  }
  return SessionAction::kFatal;
}

SessionAction SessionCore::OnVerdict(Verdict& verdict) noexcept {
  if (!IsWellFormed(verdict)) return SessionAction::kFatal;
  const bool running = IsRunning();
  const SessionAction action = machine.On(SessionEvent::kVerdict);
  if (running && action != SessionAction::kFatal) verdict_ = std::move(verdict);
  return action;
}

SessionAction SessionCore::Overrule(SessionEvent event, std::uint32_t error) noexcept {
  if (IsRunning()) verdict_ = {kErrorMessage, ReportableError(error), {}, {}};
  return machine.On(event);
}

}  // namespace rasshost
