// SPDX-License-Identifier: MIT
// Takes a fuzz input apart, in order from its beginning, so that the files of the corpus can be
// written by hand. When there is nothing left, everything is zero or empty.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>

namespace rasshost {

class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) noexcept
      : left_(reinterpret_cast<const std::byte*>(data), size) {}

  bool AtEnd() const noexcept { return left_.empty(); }
  std::uint8_t Byte() noexcept {
    if (left_.empty()) return 0;
    const auto value = static_cast<std::uint8_t>(left_.front());
    left_ = left_.subspan(1);
    return value;
  }
  std::uint32_t U16() noexcept {
    const std::uint32_t low = Byte();
    return low | static_cast<std::uint32_t>(Byte()) << 8;
  }
  std::uint32_t U32() noexcept {
    const std::uint32_t low = U16();
    return low | U16() << 16;
  }
  // Up to so many bytes.
  std::span<const std::byte> Bytes(std::size_t most) noexcept {
    const auto taken = left_.first(std::min(most, left_.size()));
    left_ = left_.subspan(taken.size());
    return taken;
  }

 private:
  std::span<const std::byte> left_;
};

// What libFuzzer takes for a crash. In place of assert(), which release builds drop.
inline void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "not so: %s\n", what);
  std::abort();
}

}  // namespace rasshost
