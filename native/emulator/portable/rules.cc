// SPDX-License-Identifier: MIT
#include "emulator/portable/rules.h"

#include <algorithm>

namespace rasshost {
namespace {

constexpr RuleText kRules[] = {
    {Rule::kBeginPending, "begin-pending", "SD-06", "Begin returned PENDING, which is a refusal"},
    {Rule::kCallAfterRefusal, "call-after-refusal", "EM-06",
     "called for a transaction that Begin had refused"},
    {Rule::kNullMessage, "null-message", "SD-08", "Complete was given no message"},
    {Rule::kUnknownPort, "unknown-port", "EM-24", "called with an hPort that was never given out"},
    {Rule::kMessageId, "message-id", "EM-24", "dwMsgId is not 1, 2 or 3"},
    {Rule::kErrorWithVerdict, "error-with-verdict", "EM-24",
     "dwError is not 0 with SUCCESS or FAILURE"},
    {Rule::kErrorWithoutCode, "error-without-code", "EM-24",
     "dwError is 0 or PENDING with SECURITYMSG_ERROR"},
    {Rule::kEmptyUser, "empty-user", "EM-24", "UserName is empty with SUCCESS or FAILURE"},
    {Rule::kUnterminatedName, "unterminated-name", "EM-24", "UserName or Domain has no NUL"},
    {Rule::kCompleteTwice, "complete-twice", "EM-24",
     "Complete was called again without a delayed End"},
    {Rule::kCallAfterComplete, "call-after-complete", "EM-18",
     "called after Complete had ended the transaction"},
    {Rule::kCallAfterEnd, "call-after-end", "SD-26", "called after End had ended the transaction"},
    {Rule::kNeverCompleted, "never-completed", "EM-20", "the Complete that was owed did not come"},
    {Rule::kEndBlocked, "end-blocked", "SD-27", "End does not return"},
    {Rule::kForeignBuffer, "foreign-buffer", "SD-16",
     "pBuffer is not the buffer that Begin was given"},
    {Rule::kSendLength, "send-length", "SD-16", "BufferLength is larger than the send buffer"},
    {Rule::kReceiveLength, "receive-length", "SD-17",
     "*pBufferLength is larger than the receive buffer"},
    {Rule::kReceiveOverlap, "receive-overlap", "SD-22", "a Receive was still outstanding"},
    {Rule::kEventInvalid, "event-invalid", "EM-13", "hEvent is not an event"},
    {Rule::kWriteBeforeBuffer, "write-before-buffer", "EM-07",
     "something was written in front of a buffer"},
    {Rule::kTouchBehindBuffer, "touch-behind-buffer", "EM-07",
     "something behind a buffer was accessed"},
    {Rule::kTouchAfterComplete, "touch-after-complete", "EM-18",
     "a buffer was accessed after its transaction"},
};

}  // namespace

const RuleText& Describe(Rule rule) noexcept {
  return *std::ranges::find(kRules, rule, &RuleText::rule);
}

}  // namespace rasshost
