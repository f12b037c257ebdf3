// SPDX-License-Identifier: MIT
// handles.exe: how many handles each process has open, as one JSON object from the name of the
// program to the number. (GetProcessHandleCount knows nothing under Wine.)
#include <windows.h>
// After windows.h, whose types it uses.
#include <tlhelp32.h>

#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "common/unique_handle.h"

namespace {

// Documented only by its use; the layout is the same on every version.
using QuerySystemInformation = LONG(WINAPI*)(ULONG kind, void* memory, ULONG size, ULONG* needed);
constexpr ULONG kSystemExtendedHandleInformation = 64;
struct HandleEntry {
  void* object;
  ULONG_PTR process;
  ULONG_PTR value;
  ULONG access;
  USHORT trace_index;
  USHORT type;
  ULONG attributes;
  ULONG reserved;
};
struct HandleTable {
  ULONG_PTR count;
  ULONG_PTR reserved;
  HandleEntry entries[1];
};

std::map<ULONG_PTR, int> HandlesByProcess() {
  const auto query = reinterpret_cast<QuerySystemInformation>(reinterpret_cast<void*>(
      GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "NtQuerySystemInformation")));
  std::vector<std::byte> memory(1 << 20);
  while (query(kSystemExtendedHandleInformation, memory.data(), static_cast<ULONG>(memory.size()),
               nullptr) < 0) {
    memory.resize(memory.size() * 2);
  }
  std::map<ULONG_PTR, int> counts;
  const auto* const table = reinterpret_cast<const HandleTable*>(memory.data());
  for (ULONG_PTR i = 0; i < table->count; ++i) ++counts[table->entries[i].process];
  return counts;
}

}  // namespace

int main() {
  const auto counts = HandlesByProcess();
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
