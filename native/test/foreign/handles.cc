// SPDX-License-Identifier: MIT
// handles.exe: how many handles each process has open, as one JSON object from the name of the
// program to the number.
#include <windows.h>
// After windows.h, whose types it uses.
#include <tlhelp32.h>

#include <cstdio>
#include <string>

#include "test/foreign/process_handles.h"
#include "windows/unique_handle.h"

int main() {
  const auto counts = rasshost::HandlesByProcess();
  const rasshost::UniqueHandle processes(CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0));
  PROCESSENTRY32 process{};
  process.dwSize = sizeof process;
  std::string separator = "{";
  for (BOOL more = Process32First(processes.get(), &process); more;
       more = Process32Next(processes.get(), &process)) {
    const auto found = counts.find(process.th32ProcessID);
    std::printf("%s\"%ls\": %d", separator.c_str(), process.szExeFile,
                found == counts.end() ? 0 : found->second);
    separator = ", ";
  }
  std::printf("}\n");
  return 0;
}
