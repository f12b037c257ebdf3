// SPDX-License-Identifier: MIT
#include "emulator/portable/json_line.h"

namespace rasshost {
namespace {

std::string Quote(std::string_view text, bool utf8) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !utf8)) {
      quoted += "\\u00";
      quoted += kHex[byte >> 4];
      quoted += kHex[byte & 15];
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

}  // namespace

JsonLine& JsonLine::Text(std::string_view key, std::string_view utf8) {
  return Raw(key, Quote(utf8, true));
}

JsonLine& JsonLine::Bytes(std::string_view key, std::string_view bytes) {
  return Raw(key, Quote(bytes, false));
}

JsonLine& JsonLine::ByteStrings(std::string_view key, std::span<const std::string> values) {
  std::string list;
  for (const std::string& value : values) {
    if (!list.empty()) list += ", ";
    list += Quote(value, false);
  }
  return Raw(key, "[" + list + "]");
}

JsonLine& JsonLine::Null(std::string_view key) { return Raw(key, "null"); }

JsonLine& JsonLine::Raw(std::string_view key, std::string_view value) {
  if (!text_.empty()) text_ += ", ";
  text_ += Quote(key, true);
  text_ += ": ";
  text_ += value;
  return *this;
}

}  // namespace rasshost
