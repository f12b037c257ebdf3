// SPDX-License-Identifier: MIT
// load_unload.exe DLL ROUNDS TIMES: loads and frees a security DLL TIMES a round, then holds a
// dialog, which ends when the DLL gives up since nobody in this process offers a policy, and loads
// and frees it for as many rounds again. Prints what the process has in use after a first round,
// which does not count, and after each of the ROUNDS that follow, as lines of JSON.
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "test/foreign/process_census.h"
#include "windows/ras_interface.h"
#include "windows/unique_handle.h"

namespace rasshost {
namespace {

const UniqueHandle completed(CreateEventW(nullptr, TRUE, FALSE, nullptr));

void Print(const char* when, const Census& census, bool loaded) {
  std::printf("{\"when\": \"%s\", \"handles\": %d, \"threads\": %zu, \"blocks\": %zu, ", when,
              census.handles, census.threads, census.blocks);
  std::printf("\"loaded\": %s}\n", loaded ? "true" : "false");
}

bool LoadAndFree(const wchar_t* path, const char* when, int rounds, int times) {
  // What the first round leaves in Windows itself is no leak.
  for (int round = 0; round <= rounds; ++round) {
    for (int i = 0; i < times; ++i) {
      const HMODULE dll = LoadLibraryW(path);
      if (dll == nullptr || !FreeLibrary(dll)) return false;
    }
    Print(when, TakeCensus(), GetModuleHandleW(path) != nullptr);
  }
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
  const int rounds = argc == 4 ? _wtoi(argv[2]) : 0;
  const int times = argc == 4 ? _wtoi(argv[3]) : 0;
  // As in the RAS server, whose module it is.
  if (rounds <= 0 || times <= 0 || LoadLibraryW(L"Rasman.dll") == nullptr) return 2;
  const wchar_t* const path = argv[1];
  if (!LoadAndFree(path, "unused", rounds, times)) return 1;
  if (!HoldDialog(path)) return 1;
  if (!LoadAndFree(path, "used", rounds, times)) return 1;
  return 0;
}
