// SPDX-License-Identifier: MIT
// Text for reports, made without memory.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <string_view>

namespace rasshost {

// As it goes to the log: one line stays one line, whatever a worker has put into it.
inline char Printable(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
}

// What does not fit is cut off.
template <std::size_t kSize>
class ShortText {
 public:
  template <typename... Parts>
  explicit ShortText(const Parts&... parts) noexcept {
    (Add(parts), ...);
  }

  void Add(std::string_view text) noexcept {
    const std::size_t count = std::min(text.size(), kSize - size_);
    std::copy_n(text.begin(), count, text_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += count;
  }
  template <std::unsigned_integral Number>
  void Add(Number number) noexcept {
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    Add(std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data())));
  }

  std::string_view view() const noexcept { return {text_.data(), size_}; }
  operator std::string_view() const noexcept { return view(); }

 private:
  std::array<char, kSize> text_;
  std::size_t size_ = 0;
};

}  // namespace rasshost
