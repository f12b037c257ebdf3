// SPDX-License-Identifier: MIT
#include "emulator/portable/rules.h"

#include <algorithm>

namespace rasshost {
namespace {

constexpr RuleText kRules[] = {
    {Rule::kBeginPending, "begin-pending", "SD-06", Grade::kViolation,
     "Begin returned PENDING, which is a refusal"},
    {Rule::kBeginBlocked, "begin-blocked", "SD-04", Grade::kViolation,
     "Begin does not return, and no other call can be taken"},
    {Rule::kCallAfterRefusal, "call-after-refusal", "EM-06", Grade::kViolation,
     "called for a transaction that Begin had refused"},
    {Rule::kNullMessage, "null-message", "SD-08", Grade::kViolation,
     "Complete was given no message"},
    {Rule::kUnknownPort, "unknown-port", "EM-24", Grade::kViolation,
     "called with an hPort that was never given out"},
    {Rule::kMessageId, "message-id", "EM-24", Grade::kViolation, "dwMsgId is not 1, 2 or 3"},
    {Rule::kErrorWithVerdict, "error-with-verdict", "EM-24", Grade::kViolation,
     "dwError is not 0 with SUCCESS or FAILURE"},
    {Rule::kErrorWithoutCode, "error-without-code", "EM-24", Grade::kViolation,
     "dwError is 0 or PENDING with SECURITYMSG_ERROR"},
    {Rule::kEmptyUser, "empty-user", "EM-24", Grade::kViolation,
     "UserName is empty with SUCCESS or FAILURE"},
    {Rule::kUnterminatedName, "unterminated-name", "EM-24", Grade::kViolation,
     "UserName or Domain has no NUL"},
    {Rule::kUnwipedBuffers, "unwiped-buffers", "SD-32", Grade::kWarning,
     "what was sent or typed is still in the buffers"},
    {Rule::kCompleteTwice, "complete-twice", "EM-24", Grade::kViolation,
     "Complete was called again without a delayed End"},
    {Rule::kCallAfterComplete, "call-after-complete", "EM-18", Grade::kViolation,
     "called after Complete had ended the transaction"},
    {Rule::kCallAfterEnd, "call-after-end", "SD-26", Grade::kViolation,
     "called after End had ended the transaction"},
    {Rule::kCrossedEnd, "crossed-end", "SD-26", Grade::kNote,
     "called so soon after End had ended the transaction that the two may have crossed"},
    {Rule::kCompleteWhileStopping, "complete-while-stopping", "SD-24", Grade::kViolation,
     "the service is stopping, and no End had asked for this Complete by returning NO_ERROR"},
    {Rule::kCallAfterStop, "call-after-stop", "SD-26", Grade::kViolation,
     "called after the service had stopped"},
    {Rule::kCrossedStop, "crossed-stop", "SD-26", Grade::kNote,
     "called so soon after the service had begun to stop, or had stopped, that the two may have "
     "crossed"},
    {Rule::kNeverCompleted, "never-completed", "EM-20", Grade::kViolation,
     "the Complete that was owed did not come"},
    {Rule::kCompleteOverdue, "complete-overdue", "SD-07", Grade::kViolation,
     "nothing happens in the dialog any more, and Complete was not called"},
    {Rule::kEndBlocked, "end-blocked", "SD-27", Grade::kViolation, "End does not return"},
    {Rule::kForeignBuffer, "foreign-buffer", "SD-16", Grade::kViolation,
     "pBuffer is not the buffer that Begin was given"},
    {Rule::kSendLength, "send-length", "SD-16", Grade::kViolation,
     "BufferLength is larger than the send buffer"},
    {Rule::kReceiveLength, "receive-length", "SD-17", Grade::kViolation,
     "*pBufferLength is larger than the receive buffer"},
    {Rule::kReceiveOverlap, "receive-overlap", "SD-22", Grade::kViolation,
     "a Receive was still outstanding"},
    {Rule::kSendWithoutReceive, "send-without-receive", "SD-22", Grade::kWarning,
     "the last Send may still be under way, since no Receive has followed it"},
    {Rule::kEventInvalid, "event-invalid", "EM-13", Grade::kViolation, "hEvent is not an event"},
    {Rule::kWriteBeforeBuffer, "write-before-buffer", "EM-07", Grade::kViolation,
     "something was written in front of a buffer"},
    {Rule::kTouchBehindBuffer, "touch-behind-buffer", "EM-07", Grade::kViolation,
     "something behind a buffer was accessed"},
    {Rule::kTouchAfterComplete, "touch-after-complete", "EM-18", Grade::kViolation,
     "a buffer was accessed after its transaction"},
    {Rule::kCrash, "crash", "SD-33", Grade::kViolation, "an exception that nobody handled"},
};

}  // namespace

const RuleText& Describe(Rule rule) noexcept {
  return *std::ranges::find(kRules, rule, &RuleText::rule);
}

std::string_view GradeName(Grade grade) noexcept {
  switch (grade) {
    case Grade::kViolation:
      return "violation";
    case Grade::kWarning:
      return "warning";
    case Grade::kNote:
      return "note";
  }
  return "";
}

std::string RuleHeading(const RuleText& text) {
  std::string heading(GradeName(text.grade));
  heading += text.grade == Grade::kViolation ? " of " : " about ";
  return heading.append(text.statement).append(" (").append(text.name).append(")");
}

}  // namespace rasshost
