// SPDX-License-Identifier: MIT
#include "emulator/console.h"

#include <windows.h>

namespace rasshost {
namespace {

void Write(DWORD stream, const std::string& text) noexcept {
  DWORD written = 0;
  WriteFile(GetStdHandle(stream), text.data(), static_cast<DWORD>(text.size()), &written, nullptr);
}

}  // namespace

void Print(const std::string& text) noexcept { Write(STD_OUTPUT_HANDLE, text); }

void Complain(const std::string& text) noexcept {
  Write(STD_ERROR_HANDLE, "ras-server: " + text + "\n");
}

}  // namespace rasshost
