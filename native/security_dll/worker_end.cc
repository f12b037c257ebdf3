// SPDX-License-Identifier: MIT
#include "security_dll/worker_end.h"

namespace rasshost {
namespace {

// STATUS_DLL_INIT_FAILED: node.exe loads user32.dll, which wants a window station.
constexpr DWORD kNoWindowStation = 0xC0000142;

}  // namespace

const char* HowItEnded(HANDLE process) noexcept {
  DWORD code = 0;
  if (process != nullptr && GetExitCodeProcess(process, &code) && code == kNoWindowStation) {
    return "it has ended with 0xC0000142: its token may not open its window station and desktop";
  }
  return "it has ended";
}

}  // namespace rasshost
