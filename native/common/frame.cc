// SPDX-License-Identifier: MIT
#include "common/frame.h"

#include "common/ras_codes.h"

namespace rasshost {

void Wipe(std::span<std::byte> bytes) noexcept {
  // Volatile, because the compiler may drop writes to memory that is about to be freed.
  volatile std::byte* const at = bytes.data();
  for (std::size_t i = 0; i < bytes.size(); ++i) at[i] = std::byte{0};
}

void Wipe(Frame& frame) noexcept {
  if (auto* received = std::get_if<Received>(&frame.message)) Wipe(received->data);
  if (auto* send = std::get_if<Send>(&frame.message)) Wipe(send->data);
}

bool IsWellFormed(const Verdict& verdict) noexcept {
  const auto has_nul = [](std::string_view text) {
    return text.find('\0') != std::string_view::npos;
  };
  if (verdict.user_name.size() > kMaxUserName || verdict.domain.size() > kMaxDomain) return false;
  if (has_nul(verdict.user_name) || has_nul(verdict.domain)) return false;
  switch (verdict.message_id) {
    case kSuccessMessage:
    case kFailureMessage:
      return verdict.error == 0 && !verdict.user_name.empty() && !verdict.domain.empty();
    case kErrorMessage:
      return verdict.error != 0 && verdict.error != kPending;
    default:
      return false;
  }
}

}  // namespace rasshost
