// SPDX-License-Identifier: MIT
// load_unload.exe DLL TIMES: loads and frees a security DLL so often, then holds a dialog, which
// ends when the DLL gives up since nobody in this process offers a policy, and loads and frees it
// so often again. Prints what the process had in use before and after each, as lines of JSON.
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "common/ras_interface.h"
#include "common/unique_handle.h"
#include "test/foreign/process_census.h"

namespace rasshost {
namespace {

const UniqueHandle completed(CreateEventW(nullptr, TRUE, FALSE, nullptr));

void Print(const char* when, const Census& census, bool loaded) {
  std::printf("{\"when\": \"%s\", \"handles\": %d, \"threads\": %zu, \"blocks\": %zu, ", when,
              census.handles, census.threads, census.blocks);
  std::printf("\"loaded\": %s}\n", loaded ? "true" : "false");
}

// What the first times leave in Windows itself is no leak.
bool LoadAndFree(const wchar_t* path, int times, const char* before, const char* after) {
  const auto cycle = [path](int count) {
    for (int i = 0; i < count; ++i) {
      const HMODULE dll = LoadLibraryW(path);
      if (dll == nullptr || !FreeLibrary(dll)) return false;
    }
    return true;
  };
  const auto print = [path](const char* when) {
    Print(when, TakeCensus(), GetModuleHandleW(path) != nullptr);
  };
  if (!cycle(10)) return false;
  print(before);
  if (!cycle(times)) return false;
  print(after);
  return true;
}

VOID WINAPI Complete(SECURITY_MESSAGE*) { SetEvent(completed.get()); }

bool HoldDialog(const wchar_t* path) {
  const HMODULE dll = LoadLibraryW(path);
  const auto begin =
      reinterpret_cast<DWORD(WINAPI*)(HPORT, PBYTE, DWORD, PBYTE, DWORD, CompleteFunction)>(
          reinterpret_cast<void*>(GetProcAddress(dll, "RasSecurityDialogBegin")));
  const auto end = reinterpret_cast<DWORD(WINAPI*)(HPORT)>(
      reinterpret_cast<void*>(GetProcAddress(dll, "RasSecurityDialogEnd")));
  if (begin == nullptr || end == nullptr) return false;
  static BYTE send_buffer[100];
  static BYTE receive_buffer[100];
  const auto port = reinterpret_cast<HPORT>(std::uintptr_t{1});
  if (begin(port, send_buffer, sizeof(send_buffer), receive_buffer, sizeof(receive_buffer),
            Complete) != NO_ERROR) {
    return false;
  }
  WaitForSingleObject(completed.get(), INFINITE);
  end(port);
  return FreeLibrary(dll) != FALSE;
}

}  // namespace
}  // namespace rasshost

int wmain(int argc, wchar_t** argv) {
  using namespace rasshost;
  const int times = argc == 3 ? _wtoi(argv[2]) : 0;
  // As in the RAS server, whose module it is.
  if (times <= 0 || LoadLibraryW(L"Rasman.dll") == nullptr) return 2;
  const wchar_t* const path = argv[1];
  if (!LoadAndFree(path, times, "unused", "unused again")) return 1;
  if (!HoldDialog(path)) return 1;
  if (!LoadAndFree(path, times, "used", "used again")) return 1;
  return 0;
}
