// SPDX-License-Identifier: MIT
// What the other security DLL asks for when it starts a worker's process.
//
// SPY_LEAK    set: another process has inherited where the worker's output goes, for good
// SPY_IN_JOB  set: this process passes for one that is in a job
#pragma once

#include <windows.h>

namespace rasshost {

BOOL WINAPI SpyIsProcessInJob(HANDLE process, HANDLE job, PBOOL result);
BOOL WINAPI SpySetInformationJobObject(HANDLE job, JOBOBJECTINFOCLASS kind, LPVOID value,
                                       DWORD size);
BOOL WINAPI SpyUpdateProcThreadAttribute(LPPROC_THREAD_ATTRIBUTE_LIST list, DWORD flags,
                                         DWORD_PTR attribute, PVOID value, SIZE_T size,
                                         PVOID previous, PSIZE_T returned);
BOOL WINAPI SpyCreateProcessAsUserW(HANDLE token, LPCWSTR program, LPWSTR command_line,
                                    LPSECURITY_ATTRIBUTES process_attributes,
                                    LPSECURITY_ATTRIBUTES thread_attributes, BOOL inherit,
                                    DWORD flags, LPVOID environment, LPCWSTR directory,
                                    LPSTARTUPINFOW startup, LPPROCESS_INFORMATION process);

}  // namespace rasshost
