// SPDX-License-Identifier: MIT
#include "test/foreign/spied_process.h"

#include <array>
#include <cstdio>
#include <span>
#include <string>
#include <vector>

#include "test/foreign/spy_record.h"
#include "windows/unique_handle.h"

namespace rasshost {

namespace {

// Layouts that are the same on every version.
struct ObjectBasicInformation {
  ULONG attributes;
  ACCESS_MASK access;
  ULONG counts[2];
  ULONG reserved[10];
};
struct CountedText {
  USHORT size;
  USHORT capacity;
  wchar_t* text;
};
struct ObjectTypeInformation {
  CountedText name;
  std::array<std::byte, 1024> more;
};
constexpr ULONG kObjectBasicInformation = 0;
constexpr ULONG kObjectTypeInformation = 2;

// A handle that the worker is to inherit, with what it may be used for.
void NoteInherited(HANDLE handle) {
  using QueryObject = LONG(WINAPI*)(HANDLE, ULONG kind, void* memory, ULONG size, ULONG* needed);
  static const auto query = reinterpret_cast<QueryObject>(
      reinterpret_cast<void*>(GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "NtQueryObject")));
  ObjectBasicInformation basic{};
  ObjectTypeInformation type{};
  DWORD flags = 0;
  query(handle, kObjectBasicInformation, &basic, sizeof(basic), nullptr);
  query(handle, kObjectTypeInformation, &type, sizeof(type), nullptr);
  GetHandleInformation(handle, &flags);
  Note(JsonLine()
           .Number("inherits", reinterpret_cast<std::uintptr_t>(handle))
           .Text("type", ToUtf8({type.name.text, type.name.size / sizeof(wchar_t)}))
           .Number("access", basic.access)
           .Flag("inheritable", (flags & HANDLE_FLAG_INHERIT) != 0));
}

// Of an environment block: NAME=VALUE.
std::vector<std::string> VariablesIn(const wchar_t* environment) {
  std::vector<std::string> variables;
  while (*environment != L'\0') {
    const std::wstring_view entry(environment);
    variables.push_back(ToUtf8(entry));
    environment += entry.size() + 1;
  }
  return variables;
}

// Whether the token is a member of the administrators, who count for more than to be denied.
bool IsAdministrator(HANDLE token) {
  std::array<BYTE, SECURITY_MAX_SID_SIZE> sid;
  DWORD size = sizeof(sid);
  UniqueHandle impersonation;
  BOOL member = TRUE;
  return !CreateWellKnownSid(WinBuiltinAdministratorsSid, nullptr, sid.data(), &size) ||
         !DuplicateToken(token, SecurityIdentification, impersonation.put()) ||
         !CheckTokenMembership(impersonation.get(), sid.data(), &member) || member;
}

}  // namespace

BOOL WINAPI SpyIsProcessInJob(HANDLE process, HANDLE job, PBOOL result) {
  if (Environment(L"SPY_IN_JOB").empty()) return IsProcessInJob(process, job, result);
  *result = TRUE;
  return TRUE;
}

BOOL WINAPI SpySetInformationJobObject(HANDLE job, JOBOBJECTINFOCLASS kind, LPVOID value,
                                       DWORD size) {
  JsonLine line;
  line.Text("call", "SetInformationJobObject").Number("class", static_cast<int>(kind));
  if (kind == JobObjectExtendedLimitInformation) {
    const auto& limits = *static_cast<const JOBOBJECT_EXTENDED_LIMIT_INFORMATION*>(value);
    line.Number("limits", limits.BasicLimitInformation.LimitFlags)
        .Number("processes", limits.BasicLimitInformation.ActiveProcessLimit)
        .Number("memory", limits.ProcessMemoryLimit);
  } else if (kind == JobObjectBasicUIRestrictions) {
    line.Number("interface",
                static_cast<const JOBOBJECT_BASIC_UI_RESTRICTIONS*>(value)->UIRestrictionsClass);
  }
  Note(line);
  if (Denied(L"SetInformationJobObject")) return FALSE;
  return SetInformationJobObject(job, kind, value, size);
}

BOOL WINAPI SpyUpdateProcThreadAttribute(LPPROC_THREAD_ATTRIBUTE_LIST list, DWORD flags,
                                         DWORD_PTR attribute, PVOID value, SIZE_T size,
                                         PVOID previous, PSIZE_T returned) {
  JsonLine line;
  line.Text("call", "UpdateProcThreadAttribute");
  switch (attribute) {
    case PROC_THREAD_ATTRIBUTE_HANDLE_LIST:
      line.Number("handles", size / sizeof(HANDLE));
      break;
    case PROC_THREAD_ATTRIBUTE_JOB_LIST:
      line.Number("jobs", size / sizeof(HANDLE));
      break;
    case PROC_THREAD_ATTRIBUTE_MITIGATION_POLICY: {
      std::array<char, 17> hexadecimal{};
      std::snprintf(hexadecimal.data(), hexadecimal.size(), "%016llx",
                    *static_cast<const unsigned long long*>(value));
      line.Text("mitigations", hexadecimal.data()).Number("size", size);
      break;
    }
    case PROC_THREAD_ATTRIBUTE_CHILD_PROCESS_POLICY:
      line.Number("childProcesses", *static_cast<const DWORD*>(value));
      break;
    default:
      line.Number("attribute", attribute);
  }
  Note(line);
  if (attribute == PROC_THREAD_ATTRIBUTE_HANDLE_LIST) {
    for (const HANDLE handle : std::span(static_cast<const HANDLE*>(value), size / sizeof(HANDLE)))
      NoteInherited(handle);
  }
  if (Denied(L"UpdateProcThreadAttribute")) return FALSE;
  return UpdateProcThreadAttribute(list, flags, attribute, value, size, previous, returned);
}

BOOL WINAPI SpyCreateProcessAsUserW(HANDLE token, LPCWSTR program, LPWSTR command_line,
                                    LPSECURITY_ATTRIBUTES process_attributes,
                                    LPSECURITY_ATTRIBUTES thread_attributes, BOOL inherit,
                                    DWORD flags, LPVOID environment, LPCWSTR directory,
                                    LPSTARTUPINFOW startup, LPPROCESS_INFORMATION process) {
  JsonLine line;
  line.Text("call", "CreateProcessAsUserW")
      .Flag("administrator", IsAdministrator(token))
      .Text("commandLine", ToUtf8(command_line))
      .Text("processSecurity", SecurityText(process_attributes))
      .Text("threadSecurity", SecurityText(thread_attributes))
      .Flag("inherit", inherit != FALSE)
      .Number("flags", flags)
      .ByteStrings("environment", VariablesIn(static_cast<const wchar_t*>(environment)))
      .Number("input", reinterpret_cast<std::uintptr_t>(startup->hStdInput))
      .Number("output", reinterpret_cast<std::uintptr_t>(startup->hStdOutput))
      .Number("errors", reinterpret_cast<std::uintptr_t>(startup->hStdError));
  if (startup->lpDesktop == nullptr) {
    line.Null("desktop");
  } else {
    line.Text("desktop", ToUtf8(startup->lpDesktop));
  }
  Note(line);
  if (Denied(L"CreateProcessAsUserW")) return FALSE;
  if (!Environment(L"SPY_LEAK").empty()) {
    HANDLE leaked = nullptr;
    DuplicateHandle(GetCurrentProcess(), startup->hStdOutput, GetCurrentProcess(), &leaked, 0,
                    FALSE, DUPLICATE_SAME_ACCESS);
  }
  return CreateProcessAsUserW(token, program, command_line, process_attributes, thread_attributes,
                              inherit, flags, environment, directory, startup, process);
}

}  // namespace rasshost
