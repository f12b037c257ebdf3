// SPDX-License-Identifier: MIT
// start_times.exe PROGRAM ARGUMENTS: how long a program takes from its start to its end, in
// milliseconds, started the way that rasshost.dll starts a worker.
#include <windows.h>

#include <cstdio>
#include <string>

#include "bench/native/hops.h"
#include "common/unique_handle.h"

int wmain(int argc, wchar_t** argv) {
  std::wstring command_line;
  for (int i = 1; i < argc; ++i) command_line += L"\"" + std::wstring(argv[i]) + L"\" ";
  STARTUPINFOW startup{};
  startup.cb = sizeof startup;
  PROCESS_INFORMATION process{};
  const LONGLONG start = rasshost::Now();
  if (argc < 2 || !CreateProcessW(argv[1], command_line.data(), nullptr, nullptr, FALSE,
                                  CREATE_NO_WINDOW, nullptr, nullptr, &startup, &process)) {
    return 1;
  }
  const rasshost::UniqueHandle thread(process.hThread);
  const rasshost::UniqueHandle handle(process.hProcess);
  WaitForSingleObject(handle.get(), INFINITE);
  const LONGLONG end = rasshost::Now();
  LARGE_INTEGER frequency;
  QueryPerformanceFrequency(&frequency);
  std::printf("%.3f\n",
              static_cast<double>(end - start) * 1e3 / static_cast<double>(frequency.QuadPart));
  return 0;
}
