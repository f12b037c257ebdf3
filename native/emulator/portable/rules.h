// SPDX-License-Identifier: MIT
// The rules of the contract that the emulator watches, and what each is called in the trace.
#pragma once

#include <string_view>

namespace rasshost {

enum class Rule {
  kBeginPending,
  kCallAfterRefusal,
  kNullMessage,
  kUnknownPort,
  kMessageId,
  kErrorWithVerdict,
  kErrorWithoutCode,
  kEmptyUser,
  kUnterminatedName,
  kCompleteTwice,
  kCallAfterComplete,
  kCallAfterEnd,
  kNeverCompleted,
  kEndBlocked,
  kForeignBuffer,
  kSendLength,
  kReceiveLength,
  kReceiveOverlap,
  kEventInvalid,
  kWriteBeforeBuffer,
  kTouchBehindBuffer,
  kTouchAfterComplete,
};

struct RuleText {
  Rule rule;
  std::string_view name;
  std::string_view statement;  // of the conformance list in docs/emulator.md
  std::string_view text;
};

const RuleText& Describe(Rule rule) noexcept;

}  // namespace rasshost
