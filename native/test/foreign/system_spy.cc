// SPDX-License-Identifier: MIT
// A security DLL that is another one with a spy between it and the system: what the other one asks
// for when it starts a process is written down, and refused where the environment says so. Wine
// grants nearly everything and enforces little of it, so what is asked for is what can be tested.
//
// SPY_DLL     path of the other security DLL
// SPY_FILE    where what it asks for goes: JSON, a line each
// SPY_REFUSE  the function that fails
// SPY_ERROR   the error that it fails with, a number; not set: ERROR_ACCESS_DENIED
// SPY_UNREADABLE the value of the registry that can't be read
// SPY_LEAK    set: another process has inherited where the worker's output goes, for good
// SPY_SERVICE this process passes for that of the RemoteAccess service. A file: when it is there,
//             the service has stopped; with one byte in it, is about to; with two, runs in another
//             process
// SPY_MANAGER as long as there is such a file, the service manager does not answer, and only
//             questions of this time are written down
// SPY_EVENTS  as long as there is such a file, the event log takes no entry
// SPY_IN_JOB  set: this process passes for one that is in a job
// SPY_CLOCK   a file: the time since the system's start is ahead by a minute for each of its bytes
//
// More in spied_account.h.
#include <windows.h>

#include <array>
#include <cstdio>
#include <span>
#include <string>
#include <vector>

#include "common/ras_interface.h"
#include "common/unique_handle.h"
#include "common/utf.h"
#include "emulator/portable/json_line.h"
#include "test/foreign/imports.h"
#include "test/foreign/spied_account.h"
#include "test/foreign/spy_record.h"

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

BOOL WINAPI SpyLogonUserW(LPCWSTR user, LPCWSTR domain, LPCWSTR password, DWORD type,
                          DWORD provider, PHANDLE token) {
  Note(JsonLine()
           .Text("call", "LogonUserW")
           .Text("user", ToUtf8(user))
           .Text("domain", ToUtf8(domain))
           .Flag("password", password != nullptr)
           .Number("type", type)
           .Number("provider", provider));
  if (Denied(L"LogonUserW")) return FALSE;
  // Wine's is no token.
  return OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, token);
}

BOOL WINAPI SpyCreateRestrictedToken(HANDLE whole, DWORD flags, DWORD disable_count,
                                     PSID_AND_ATTRIBUTES disable, DWORD delete_count,
                                     PLUID_AND_ATTRIBUTES remove, DWORD restrict_count,
                                     PSID_AND_ATTRIBUTES restrict, PHANDLE restricted) {
  std::vector<std::string> deny_only;
  for (const auto& each : std::span(disable, disable_count)) {
    deny_only.push_back(SidText(each.Sid));
  }
  Note(JsonLine()
           .Text("call", "CreateRestrictedToken")
           .Number("flags", flags)
           .ByteStrings("denyOnly", deny_only));
  if (Denied(L"CreateRestrictedToken")) return FALSE;
  return CreateRestrictedToken(whole, flags, disable_count, disable, delete_count, remove,
                               restrict_count, restrict, restricted);
}

BOOL WINAPI SpySetTokenInformation(HANDLE token, TOKEN_INFORMATION_CLASS kind, LPVOID value,
                                   DWORD size) {
  JsonLine line;
  line.Text("call", "SetTokenInformation").Number("class", static_cast<int>(kind));
  if (kind == TokenIntegrityLevel) {
    const auto& label = static_cast<const TOKEN_MANDATORY_LABEL*>(value)->Label;
    line.Text("sid", SidText(label.Sid)).Number("attributes", label.Attributes);
  } else if (kind == TokenOwner) {
    line.Text("sid", SidText(static_cast<const TOKEN_OWNER*>(value)->Owner));
  } else if (kind == TokenDefaultDacl) {
    SECURITY_DESCRIPTOR descriptor;
    InitializeSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION);
    SetSecurityDescriptorDacl(&descriptor, TRUE,
                              static_cast<const TOKEN_DEFAULT_DACL*>(value)->DefaultDacl, FALSE);
    line.Text("security", SecurityText(&descriptor));
  }
  Note(line);
  if (Denied(L"SetTokenInformation")) return FALSE;
  // Wine can't.
  if (kind == TokenOwner) return TRUE;
  return SetTokenInformation(token, kind, value, size);
}

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

// Whether this thread is in a Begin or End.
thread_local bool called_by_server = false;

HANDLE WINAPI SpyRegisterEventSourceW(LPCWSTR server, LPCWSTR source) {
  Note(JsonLine()
           .Text("call", "RegisterEventSourceW")
           .Flag("calledByServer", called_by_server)
           .Flag("here", server == nullptr)
           .Text("source", ToUtf8(source)));
  return RegisterEventSourceW(server, source);
}

bool Exists(const std::wstring& file) {
  return GetFileAttributesW(file.c_str()) != INVALID_FILE_ATTRIBUTES;
}

BOOL WINAPI SpyReportEventW(HANDLE log, WORD type, WORD category, DWORD id, PSID user, WORD count,
                            DWORD size, LPCWSTR* strings, LPVOID data) {
  std::vector<std::string> texts;
  for (const LPCWSTR text : std::span(strings, count)) texts.push_back(ToUtf8(text));
  Note(JsonLine()
           .Text("call", "ReportEventW")
           .Flag("calledByServer", called_by_server)
           .Number("type", type)
           .Number("category", category)
           .Number("id", id)
           .ByteStrings("strings", texts)
           .Number("data", size));
  const std::wstring silence = Environment(L"SPY_EVENTS");
  while (Exists(silence)) Sleep(10);
  return ReportEventW(log, type, category, id, user, count, size, strings, data);
}

ULONGLONG WINAPI SpyGetTickCount64() {
  WIN32_FILE_ATTRIBUTE_DATA file{};
  GetFileAttributesExW(Environment(L"SPY_CLOCK").c_str(), GetFileExInfoStandard, &file);
  return GetTickCount64() + file.nFileSizeLow * ULONGLONG{60'000};
}

// Its address is the handle of the service.
int spied_service = 0;

SC_HANDLE WINAPI SpyOpenServiceW(SC_HANDLE manager, LPCWSTR name, DWORD access) {
  if (Environment(L"SPY_SERVICE").empty() || std::wstring(name) != L"RemoteAccess") {
    return OpenServiceW(manager, name, access);
  }
  return reinterpret_cast<SC_HANDLE>(&spied_service);
}

BOOL WINAPI SpyQueryServiceStatusEx(SC_HANDLE service, SC_STATUS_TYPE kind, LPBYTE status,
                                    DWORD size, LPDWORD needed) {
  if (service != reinterpret_cast<SC_HANDLE>(&spied_service)) {
    return QueryServiceStatusEx(service, kind, status, size, needed);
  }
  static std::once_flag first;
  std::call_once(first, [] { Note(JsonLine().Text("first", "look at the service")); });
  const std::wstring silence = Environment(L"SPY_MANAGER");
  if (Exists(silence)) Note(JsonLine().Text("call", "QueryServiceStatusEx"));
  while (Exists(silence)) Sleep(10);
  const DWORD here = GetCurrentProcessId();
  const DWORD system_itself = 4;
  auto& answer = *reinterpret_cast<SERVICE_STATUS_PROCESS*>(status);
  answer = {};
  WIN32_FILE_ATTRIBUTE_DATA file{};
  if (!GetFileAttributesExW(Environment(L"SPY_SERVICE").c_str(), GetFileExInfoStandard, &file)) {
    answer.dwCurrentState = SERVICE_RUNNING;
    answer.dwProcessId = here;
  } else if (file.nFileSizeLow == 0) {
    answer.dwCurrentState = SERVICE_STOPPED;
  } else if (file.nFileSizeLow == 1) {
    answer.dwCurrentState = SERVICE_STOP_PENDING;
    answer.dwProcessId = here;
  } else {
    answer.dwCurrentState = SERVICE_RUNNING;
    answer.dwProcessId = system_itself;
  }
  return TRUE;
}

LSTATUS WINAPI SpyRegNotifyChangeKeyValue(HKEY key, BOOL subtree, DWORD filter, HANDLE event,
                                          BOOL asynchronous) {
  if (Denied(L"RegNotifyChangeKeyValue")) return ERROR_ACCESS_DENIED;
  return RegNotifyChangeKeyValue(key, subtree, filter, event, asynchronous);
}

LSTATUS WINAPI SpyRegOpenKeyExW(HKEY key, LPCWSTR name, DWORD options, REGSAM access,
                                PHKEY opened) {
  if (Denied(L"RegOpenKeyExW")) return ERROR_ACCESS_DENIED;
  return RegOpenKeyExW(key, name, options, access, opened);
}

LSTATUS WINAPI SpyRegQueryValueExW(HKEY key, LPCWSTR name, LPDWORD reserved, LPDWORD type,
                                   LPBYTE data, LPDWORD size) {
  if (Environment(L"SPY_UNREADABLE") == name) return ERROR_ACCESS_DENIED;
  return RegQueryValueExW(key, name, reserved, type, data, size);
}

struct Replacement {
  const char* name;
  void* function;
};

template <typename Function>
void* Address(Function function) noexcept {
  return reinterpret_cast<void*>(function);
}

class SpiedOn {
 public:
  SpiedOn() {
    const HMODULE dll = LoadLibraryW(Environment(L"SPY_DLL").c_str());
    if (dll == nullptr) return;
    const std::array replacements{
        Replacement{"RegOpenKeyExW", Address(SpyRegOpenKeyExW)},
        Replacement{"RegQueryValueExW", Address(SpyRegQueryValueExW)},
        Replacement{"GetTokenInformation", Address(SpyGetTokenInformation)},
        Replacement{"GetSecurityInfo", Address(SpyGetSecurityInfo)},
        Replacement{"GetFileInformationByHandle", Address(SpyGetFileInformationByHandle)},
        Replacement{"CreateDirectoryW", Address(SpyCreateDirectoryW)},
        Replacement{"LogonUserW", Address(SpyLogonUserW)},
        Replacement{"CreateRestrictedToken", Address(SpyCreateRestrictedToken)},
        Replacement{"SetTokenInformation", Address(SpySetTokenInformation)},
        Replacement{"IsProcessInJob", Address(SpyIsProcessInJob)},
        Replacement{"SetInformationJobObject", Address(SpySetInformationJobObject)},
        Replacement{"OpenServiceW", Address(SpyOpenServiceW)},
        Replacement{"QueryServiceStatusEx", Address(SpyQueryServiceStatusEx)},
        Replacement{"RegisterEventSourceW", Address(SpyRegisterEventSourceW)},
        Replacement{"ReportEventW", Address(SpyReportEventW)},
        Replacement{"RegNotifyChangeKeyValue", Address(SpyRegNotifyChangeKeyValue)},
        Replacement{"GetTickCount64", Address(SpyGetTickCount64)},
        Replacement{"UpdateProcThreadAttribute", Address(SpyUpdateProcThreadAttribute)},
        Replacement{"CreateProcessAsUserW", Address(SpyCreateProcessAsUserW)}};
    for (const Replacement& replacement : replacements) {
      if (ReplaceImport(dll, replacement.name, replacement.function) == nullptr) return;
    }
    begin =
        reinterpret_cast<decltype(begin)>(Address(GetProcAddress(dll, "RasSecurityDialogBegin")));
    end = reinterpret_cast<decltype(end)>(Address(GetProcAddress(dll, "RasSecurityDialogEnd")));
  }

  DWORD(WINAPI* begin)(HPORT, PBYTE, DWORD, PBYTE, DWORD, CompleteFunction) = nullptr;
  DWORD(WINAPI* end)(HPORT) = nullptr;
};

// Without it there is nothing to test: Begin refuses.
const SpiedOn& Other() {
  static const SpiedOn other;
  return other;
}

}  // namespace
}  // namespace rasshost

extern "C" {

DWORD WINAPI RasSecurityDialogBegin(HPORT port, PBYTE send_buffer, DWORD send_size,
                                    PBYTE receive_buffer, DWORD receive_size,
                                    VOID(WINAPI* complete)(SECURITY_MESSAGE*)) {
  const auto begin = rasshost::Other().begin;
  if (begin == nullptr) return ERROR_PROC_NOT_FOUND;
  rasshost::called_by_server = true;
  const DWORD result = begin(port, send_buffer, send_size, receive_buffer, receive_size, complete);
  rasshost::called_by_server = false;
  return result;
}

DWORD WINAPI RasSecurityDialogEnd(HPORT port) {
  rasshost::called_by_server = true;
  const DWORD result = rasshost::Other().end(port);
  rasshost::called_by_server = false;
  return result;
}
}
