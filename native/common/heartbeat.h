// SPDX-License-Identifier: MIT
// When workers are asked for a sign of life: in rounds, each of which sees to the next.
#pragma once

#include <cstdint>
#include <utility>

namespace rasshost {

// For use under the owner's lock. Keeps no clock of its own.
class Heartbeat {
 public:
  explicit Heartbeat(std::uint32_t interval_ms) noexcept : interval_ms_(interval_ms) {}

  std::uint32_t interval_ms() const noexcept { return interval_ms_; }
  // False: it is what it was.
  bool ChangeInterval(std::uint32_t interval_ms) noexcept {
    if (std::exchange(interval_ms_, interval_ms) == interval_ms) return false;
    due_ = due_ || goes_on_;
    return true;
  }

  // There is somebody to look after.
  void GoOn() noexcept {
    if (!std::exchange(goes_on_, true)) due_ = true;
  }
  // The interval is over; `needed`: there still is somebody. False: no round is to be made, or the
  // one before is still under way.
  bool RoundBegins(bool needed) noexcept {
    // The next one first: whatever this round finds must not keep it from coming.
    goes_on_ = due_ = needed;
    return needed && !std::exchange(in_round_, true);
  }
  void RoundEnds() noexcept { in_round_ = false; }

  // Whether the next round is to be made in interval_ms(), instead of one that was to come.
  bool Take() noexcept { return std::exchange(due_, false); }

 private:
  friend struct FleetImage;  // of tests, which compare states

  std::uint32_t interval_ms_;
  bool goes_on_ = false;   // another round is to come
  bool due_ = false;       // that has not been told yet
  bool in_round_ = false;  // from RoundBegins() to RoundEnds()
};

}  // namespace rasshost
