// SPDX-License-Identifier: MIT
// Reading and quoting the words of a command line.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rasshost {

// The whole of `text` as a number from `lowest` to `highest`.
inline std::optional<std::uint32_t> ParseNumber(std::string_view text, std::uint32_t lowest,
                                                std::uint32_t highest) noexcept {
  std::uint32_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || value < lowest || value > highest) return std::nullopt;
  return value;
}

inline std::string Quoted(std::string_view text) { return std::string("'").append(text) + '\''; }

}  // namespace rasshost
