// SPDX-License-Identifier: MIT
// open_worker.exe PID: what another program of the same account, which is no administrator's, gets
// of a process and of its first thread. Prints one JSON object from what it asks for to the error.
#include <windows.h>
// After windows.h, whose types it uses.
#include <tlhelp32.h>

#include <array>
#include <cstdio>
#include <cstdlib>

#include "windows/unique_handle.h"

namespace {

using rasshost::UniqueHandle;

// From now on this thread is no administrator's.
bool BecomeNoAdministrator() {
  std::array<BYTE, SECURITY_MAX_SID_SIZE> sid;
  DWORD size = sizeof(sid);
  UniqueHandle whole;
  UniqueHandle restricted;
  if (!CreateWellKnownSid(WinBuiltinAdministratorsSid, nullptr, sid.data(), &size) ||
      !OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, whole.put())) {
    return false;
  }
  SID_AND_ATTRIBUTES deny_only{sid.data(), 0};
  return CreateRestrictedToken(whole.get(), 0, 1, &deny_only, 0, nullptr, 0, nullptr,
                               restricted.put()) &&
         ImpersonateLoggedOnUser(restricted.get());
}

DWORD FirstThreadOf(DWORD process) {
  const UniqueHandle threads(CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0));
  THREADENTRY32 thread{};
  thread.dwSize = sizeof(thread);
  for (BOOL more = Thread32First(threads.get(), &thread); more;
       more = Thread32Next(threads.get(), &thread)) {
    if (thread.th32OwnerProcessID == process) return thread.th32ThreadID;
  }
  return 0;
}

struct Request {
  const char* name;
  DWORD access;
};

constexpr Request kOfProcess[] = {
    {"write memory", PROCESS_VM_WRITE | PROCESS_VM_OPERATION},
    {"read memory", PROCESS_VM_READ},
    {"duplicate handles", PROCESS_DUP_HANDLE},
    {"make threads", PROCESS_CREATE_THREAD},
    {"query", PROCESS_QUERY_INFORMATION | PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE}};
constexpr Request kOfThread[] = {{"set context", THREAD_SET_CONTEXT},
                                 {"get context", THREAD_GET_CONTEXT | THREAD_SUSPEND_RESUME}};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 || !BecomeNoAdministrator()) return 1;
  const auto process = static_cast<DWORD>(std::strtoul(argv[1], nullptr, 10));
  const DWORD thread = FirstThreadOf(process);
  const char* separator = "{";
  const auto tell = [&](const Request& request, const UniqueHandle& opened) {
    std::printf("%s\"%s\": %lu", separator, request.name, opened ? NO_ERROR : GetLastError());
    separator = ", ";
  };
  for (const Request& request : kOfProcess) {
    tell(request, UniqueHandle(OpenProcess(request.access, FALSE, process)));
  }
  for (const Request& request : kOfThread) {
    tell(request, UniqueHandle(OpenThread(request.access, FALSE, thread)));
  }
  std::printf("}\n");
  return 0;
}
