// SPDX-License-Identifier: MIT
// The rules of the contract that the emulator watches, and what each is called in the trace.
#pragma once

#include <string>
#include <string_view>

namespace rasshost {

enum class Rule {
  kBeginPending,
  kBeginBlocked,
  kCallAfterRefusal,
  kNullMessage,
  kUnknownPort,
  kMessageId,
  kErrorWithVerdict,
  kErrorWithoutCode,
  kEmptyUser,
  kUnterminatedName,
  kUnwipedBuffers,
  kCompleteTwice,
  kCallAfterComplete,
  kCallAfterEnd,
  kCrossedEnd,
  kCompleteWhileStopping,
  kCallAfterStop,
  kCrossedStop,
  kNeverCompleted,
  kCompleteOverdue,
  kEndBlocked,
  kForeignBuffer,
  kSendLength,
  kReceiveLength,
  kReceiveOverlap,
  kSendWithoutReceive,
  kEventInvalid,
  kWriteBeforeBuffer,
  kTouchBehindBuffer,
  kTouchAfterComplete,
  kCrash,
};

// How bad it is to break a rule; --strict minds violations only.
enum class Grade {
  kViolation,  // of what a security DLL must do, or must not
  kWarning,    // of what it should do: the call works, but something is endangered
  kNote,       // nothing is wrong, but worth knowing
};

struct RuleText {
  Rule rule;
  std::string_view name;
  std::string_view statement;  // of the conformance list in docs/emulator.md
  Grade grade;
  std::string_view text;
};

const RuleText& Describe(Rule rule) noexcept;

// The key of its line in the trace.
std::string_view GradeName(Grade grade) noexcept;

// Grade, statement and name, for a human.
std::string RuleHeading(const RuleText& text);

}  // namespace rasshost
