// SPDX-License-Identifier: MIT
#include "common/setting_value.h"

#include <algorithm>
#include <array>

namespace rasshost {
namespace {

constexpr std::uint32_t kRegSz = 1;
constexpr std::uint32_t kRegDword = 4;

// By their numbers.
constexpr std::array<std::string_view, 12> kTypes{"REG_NONE",
                                                  "REG_SZ",
                                                  "REG_EXPAND_SZ",
                                                  "REG_BINARY",
                                                  "REG_DWORD",
                                                  "REG_DWORD_BIG_ENDIAN",
                                                  "REG_LINK",
                                                  "REG_MULTI_SZ",
                                                  "REG_RESOURCE_LIST",
                                                  "REG_FULL_RESOURCE_DESCRIPTOR",
                                                  "REG_RESOURCE_REQUIREMENTS_LIST",
                                                  "REG_QWORD"};

std::string TypeName(std::uint32_t type) {
  return type < kTypes.size() ? std::string(kTypes[type]) : "type " + std::to_string(type);
}

std::string WrongType(std::uint32_t type, std::uint32_t expected) {
  return TypeName(type) + " where " + TypeName(expected) + " is expected";
}

bool IsSeparator(wchar_t character) { return character == L'\\' || character == L'/'; }

bool IsLetter(wchar_t character) {
  return (character >= L'A' && character <= L'Z') || (character >= L'a' && character <= L'z');
}

bool HasDrive(std::wstring_view path) {
  return path.size() >= 3 && IsLetter(path[0]) && path[1] == L':' && IsSeparator(path[2]);
}

}  // namespace

std::string ReadText(const SettingValue& value, std::wstring& text) {
  if (value.type != kRegSz) return WrongType(value.type, kRegSz);
  if (value.bytes.size() % 2 != 0) return "an odd number of bytes";
  std::wstring read;
  for (std::size_t at = 0; at < value.bytes.size(); at += 2) {
    const auto low = std::to_integer<unsigned>(value.bytes[at]);
    const auto high = std::to_integer<unsigned>(value.bytes[at + 1]);
    if (low == 0 && high == 0) break;
    if (read.size() == kLongestText) {
      return "longer than " + std::to_string(kLongestText) + " characters";
    }
    read.push_back(static_cast<wchar_t>(high << 8 | low));
  }
  text = std::move(read);
  return {};
}

std::string ReadNumber(const SettingValue& value, std::uint32_t least, std::uint32_t most,
                       std::uint32_t& number) {
  if (value.type != kRegDword) return WrongType(value.type, kRegDword);
  if (value.bytes.size() != sizeof(number)) {
    return std::to_string(value.bytes.size()) + " bytes where 4 are expected";
  }
  std::uint32_t read = 0;
  for (std::size_t at = sizeof(read); at-- > 0;) {
    read = read << 8 | std::to_integer<std::uint32_t>(value.bytes[at]);
  }
  if (read < least || read > most) {
    return "it is " + std::to_string(read) + ", not from " + std::to_string(least) + " to " +
           std::to_string(most);
  }
  number = read;
  return {};
}

std::string PathFault(std::wstring_view path, PathOf what) {
  if (path.size() >= 2 && IsSeparator(path[0]) && IsSeparator(path[1])) {
    return "of another machine or a device: it has to begin with a drive, as C:\\";
  }
  if (!HasDrive(path)) return "not a full path: it has to begin with a drive, as C:\\";
  // The first would end the argument of a command line in which the path stands.
  if (std::any_of(path.begin(), path.end(),
                  [](wchar_t character) { return character == L'"' || character < L' '; })) {
    return "it has a quotation mark or a control character, as no path has";
  }
  if (what == PathOf::kFile && IsSeparator(path.back())) return "it names a directory, not a file";
  return {};
}

}  // namespace rasshost
