// SPDX-License-Identifier: MIT
// What a value of the registry means as a setting. Whoever may write there may write bytes of any
// number and of any type, so this is portable and tested with all of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace rasshost {

// As the system gives it: the bytes are what they are, whatever the type says.
struct SettingValue {
  std::uint32_t type = 0;  // REG_SZ and so on
  std::span<const std::byte> bytes;
};

// No command line, and no path of Windows, is longer.
inline constexpr std::size_t kLongestText = 32'767;

// Each returns why the value is none, without saying what is in it; an empty reason: it is one.
// Nothing else is written to then. All throw std::bad_alloc.

// Ends at the first NUL, as what shows values to people does, and needs none.
std::string ReadText(const SettingValue& value, std::wstring& text);
std::string ReadNumber(const SettingValue& value, std::uint32_t least, std::uint32_t most,
                       std::uint32_t& number);

enum class PathOf { kFile, kDirectory };

// Why the path is not of a file or directory of this machine, whatever the current directory is.
std::string PathFault(std::wstring_view path, PathOf what);

}  // namespace rasshost
