// SPDX-License-Identifier: MIT
// What has come of a receive that was signalled, where its length word and GetInfo may disagree.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "common/ras_codes.h"

namespace rasshost {

// Two places tell how many bytes have come, and no document says which one counts when they differ;
// GetInfo may also be later than the event. lib/rasman/receive-outcome.ts has the same rules.
struct ReceiveOutcome {
  std::uint32_t error;
  std::size_t count;  // bytes; 0 with an error
  bool settled;       // false: another look at GetInfo may show something else
};

// Milliseconds from one look to the next. What the last look shows counts. There is one exception:
// if the receive still runs, we go on looking in the last interval.
inline constexpr std::array<std::uint32_t, 5> kLookAgainMs{2, 10, 50, 250, 250};

inline ReceiveOutcome OutcomeOf(std::uint32_t last_error, std::size_t bytes_received,
                                std::size_t length_word, std::size_t wanted) noexcept {
  if (last_error == kPending) return {kPending, 0, false};
  // With bytes, it may be the error of the receive before.
  if (last_error != 0) return {last_error, 0, length_word == 0};
  // The length word may have been left as it was; or BytesReceived is that of the receive before.
  const bool is_untouched = length_word == wanted && bytes_received != 0 && bytes_received < wanted;
  // Nothing has come only if both say so.
  if (is_untouched || (length_word == 0 && bytes_received != 0)) {
    return {0, std::min(bytes_received, wanted), false};
  }
  return {0, std::min(length_word, wanted), true};
}

}  // namespace rasshost
