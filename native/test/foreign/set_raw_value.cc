// SPDX-License-Identifier: MIT
// set_raw_value.exe KEY [NAME TYPE BYTES ...]: writes values under HKEY_LOCAL_MACHINE as no tool of
// Windows would, TYPE as a number and BYTES as hexadecimal digits, "-" when there are none.
#include <windows.h>

#include <string>
#include <string_view>
#include <vector>

#include "windows/unique_handle.h"

namespace {

constexpr std::size_t kMargin = 2;

// With something before and behind them, which the system looks at to mend texts without a NUL.
std::vector<BYTE> Bytes(std::wstring_view digits) {
  std::vector<BYTE> bytes(kMargin, 0);
  for (std::size_t at = 0; at + 2 <= digits.size(); at += 2) {
    bytes.push_back(static_cast<BYTE>(std::stoi(std::wstring(digits.substr(at, 2)), nullptr, 16)));
  }
  bytes.insert(bytes.end(), kMargin, 1);
  return bytes;
}

}  // namespace

int wmain(int argc, wchar_t** argv) {
  rasshost::UniqueRegKey key;
  if (argc < 2 || RegCreateKeyExW(HKEY_LOCAL_MACHINE, argv[1], 0, nullptr, 0,
                                  KEY_SET_VALUE | KEY_WOW64_64KEY, nullptr, key.put(), nullptr)) {
    return 1;
  }
  for (int at = 2; at + 2 < argc; at += 3) {
    const auto bytes = Bytes(argv[at + 2]);
    if (RegSetValueExW(key.get(), argv[at], 0, std::stoul(argv[at + 1]), bytes.data() + kMargin,
                       static_cast<DWORD>(bytes.size() - 2 * kMargin))) {
      return 1;
    }
  }
  return 0;
}
