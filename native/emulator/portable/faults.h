// SPDX-License-Identifier: MIT
// The faults that `--fault NAME[=ARG][@N]` can switch on, one table row each.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rasshost {

enum class FaultKind {
  kSendError,
  kReceiveError,
  kGetInfoError,
  kSpuriousEvent,
  kDelayCompletion,
  kEarlyEvent,
  kHangUpAtBegin,
  kHangUpAtSend,
  kHangUpAtReceive,
  kHangUpAfter,
  kSilentLine,
  kStopAfter,
};

struct FaultSpec {
  FaultKind kind;
  std::string_view name;
  std::string_view argument;  // what ARG is called in the help, empty when there is none
  std::uint32_t lowest;
  std::uint32_t highest;
  bool countable;  // takes @N: only at the Nth such operation of a call
  std::string_view help;
};

std::span<const FaultSpec> FaultTable() noexcept;

class Faults {
 public:
  // Switches one fault on. Returns what is wrong with `text`, empty when nothing is.
  std::string Add(std::string_view text);

  // The argument of the fault if it strikes at the `nth` operation (from 1) of a call.
  // A fault without argument has the argument 0.
  const std::uint32_t* Find(FaultKind kind, std::uint32_t nth = 1) const noexcept;

 private:
  struct Fault {
    FaultKind kind;
    std::uint32_t argument;
    std::uint32_t nth;  // 0: every time
  };
  std::vector<Fault> faults_;
};

}  // namespace rasshost
