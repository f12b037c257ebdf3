// SPDX-License-Identifier: MIT
// Builds one line of a JSON Lines file: a flat object, ASCII only for text that is not UTF-8.
#pragma once

#include <concepts>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace rasshost {

class JsonLine {
 public:
  // UTF-8 text.
  JsonLine& Text(std::string_view key, std::string_view utf8);
  // Bytes in an unknown single-byte code page: each becomes the character of the same number.
  JsonLine& Bytes(std::string_view key, std::string_view bytes);
  JsonLine& ByteStrings(std::string_view key, std::span<const std::string> values);
  JsonLine& Null(std::string_view key);
  template <std::integral T>
  JsonLine& Number(std::string_view key, T value) {
    static_assert(!std::is_same_v<T, bool>);
    return Raw(key, std::to_string(value));
  }
  JsonLine& Flag(std::string_view key, bool value) { return Raw(key, value ? "true" : "false"); }

  // The object with its line feed.
  std::string Finish() const { return "{" + text_ + "}\n"; }

 private:
  JsonLine& Raw(std::string_view key, std::string_view value);

  std::string text_;
};

}  // namespace rasshost
