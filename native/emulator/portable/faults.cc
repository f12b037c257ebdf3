// SPDX-License-Identifier: MIT
#include "emulator/portable/faults.h"

#include <algorithm>
#include <optional>

#include "emulator/portable/argument_text.h"

namespace rasshost {
namespace {

constexpr std::uint32_t kAny = 0xffffffff;

constexpr FaultSpec kTable[] = {
    {FaultKind::kSendError, "send-error", "CODE", 1, kAny, true, "Send returns CODE"},
    {FaultKind::kReceiveError, "receive-error", "CODE", 1, kAny, true, "Receive returns CODE"},
    {FaultKind::kGetInfoError, "getinfo-error", "CODE", 1, kAny, true, "GetInfo returns CODE"},
    {FaultKind::kSpuriousEvent, "spurious-event", "BYTES", 0, 1, true,
     "a Receive completes at once with a NUL, counted as BYTES (0 or 1)"},
    {FaultKind::kDelayCompletion, "delay-completion", "MS", 1, 600000, true,
     "a Receive completes MS milliseconds late"},
    {FaultKind::kEarlyEvent, "early-event", "MS", 0, 600000, true,
     "a Receive's event is signalled MS milliseconds after its call, and the Receive goes on"},
    {FaultKind::kHangUpAtBegin, "hang-up-at-begin", "", 0, 0, false,
     "the caller hangs up while Begin runs"},
    {FaultKind::kHangUpAtSend, "hang-up-at-send", "", 0, 0, true, "the caller hangs up at a Send"},
    {FaultKind::kHangUpAtReceive, "hang-up-at-receive", "", 0, 0, true,
     "the caller hangs up right after a Receive has begun"},
    {FaultKind::kHangUpAfter, "hang-up-after", "BYTES", 1, kAny, false,
     "the caller hangs up after BYTES bytes of input"},
    {FaultKind::kSilentLine, "silent-line", "", 0, 0, false, "the caller's input is lost"},
    {FaultKind::kStopAfter, "stop-after", "CALLS", 1, kAny, false,
     "the server stops once CALLS calls have been taken"},
};

}  // namespace

std::span<const FaultSpec> FaultTable() noexcept { return kTable; }

std::string Faults::Add(std::string_view text) {
  const std::string quoted = Quoted(text);
  std::optional<std::string_view> nth_text;
  if (const auto at = text.find('@'); at != text.npos) {
    nth_text = text.substr(at + 1);
    text = text.substr(0, at);
  }
  std::optional<std::string_view> argument_text;
  if (const auto equals = text.find('='); equals != text.npos) {
    argument_text = text.substr(equals + 1);
    text = text.substr(0, equals);
  }

  const auto spec = std::ranges::find(kTable, text, &FaultSpec::name);
  if (spec == std::end(kTable)) return "unknown fault " + quoted;
  Fault fault{spec->kind, 0, 0};
  if (argument_text.has_value() == spec->argument.empty()) {
    return "fault " + quoted +
           (spec->argument.empty() ? " takes no argument"
                                   : " needs =" + std::string(spec->argument));
  }
  if (argument_text) {
    const auto argument = ParseNumber(*argument_text, spec->lowest, spec->highest);
    if (!argument) return "bad " + std::string(spec->argument) + " in fault " + quoted;
    fault.argument = *argument;
  }
  if (nth_text) {
    if (!spec->countable) return "fault " + quoted + " takes no @N";
    const auto nth = ParseNumber(*nth_text, 1, kAny);
    if (!nth) return "bad @N in fault " + quoted;
    fault.nth = *nth;
  }
  faults_.push_back(fault);
  return {};
}

const std::uint32_t* Faults::Find(FaultKind kind, std::uint32_t nth) const noexcept {
  for (const Fault& fault : faults_) {
    if (fault.kind == kind && (fault.nth == 0 || fault.nth == nth)) return &fault.argument;
  }
  return nullptr;
}

}  // namespace rasshost
