// SPDX-License-Identifier: MIT
// What Wine has no like of: tokens of services, privileges that are missing, files of the
// administrators', links in the place of directories.
//
// SPY_ACCOUNT set: this process's token passes for that of a service: SYSTEM's, with SIDs of
//             services, and makes what the administrators own
// SPY_WITHOUT a privilege that this process lacks, such as SeTcbPrivilege
// SPY_OWNER   the SID of whoever owns directories; not set: the administrators
// SPY_LINK    the name of a directory that passes for a link
#pragma once

#include <windows.h>
// After windows.h, whose types it uses.
#include <aclapi.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <vector>

#include "test/foreign/spy_record.h"

namespace rasshost {

inline PSID SidOf(const wchar_t* text) {
  PSID sid = nullptr;
  ConvertStringSidToSidW(text, &sid);
  return sid;  // for as long as the process lives
}

// As the system does: tells the size that it takes, or fills it.
inline BOOL Answer(const void* information, std::size_t size, void* buffer, DWORD capacity,
                   DWORD* needed) {
  *needed = static_cast<DWORD>(size);
  if (capacity < size) {
    SetLastError(ERROR_INSUFFICIENT_BUFFER);
    return FALSE;
  }
  std::memcpy(buffer, information, size);
  return TRUE;
}

template <typename Information>
std::vector<std::byte> InformationOf(HANDLE token, TOKEN_INFORMATION_CLASS kind) {
  DWORD size = 0;
  GetTokenInformation(token, kind, nullptr, 0, &size);
  std::vector<std::byte> bytes(size + sizeof(Information));
  GetTokenInformation(token, kind, bytes.data(), size, &size);
  return bytes;
}

inline BOOL AnswerGroupsOfService(HANDLE token, void* buffer, DWORD capacity, DWORD* needed) {
  // The answer points into it.
  thread_local std::vector<std::byte> bytes;
  bytes = InformationOf<TOKEN_GROUPS>(token, TokenGroups);
  const auto& groups = *reinterpret_cast<const TOKEN_GROUPS*>(bytes.data());
  static const std::array kServices{
      SID_AND_ATTRIBUTES{SidOf(L"S-1-5-80-0"), SE_GROUP_ENABLED | SE_GROUP_MANDATORY},
      SID_AND_ATTRIBUTES{SidOf(L"S-1-5-80-1-2-3-4-5"), SE_GROUP_ENABLED | SE_GROUP_OWNER}};
  std::vector<std::byte> answer(offsetof(TOKEN_GROUPS, Groups) +
                                (groups.GroupCount + kServices.size()) * sizeof(*groups.Groups));
  auto& all = *reinterpret_cast<TOKEN_GROUPS*>(answer.data());
  all.GroupCount = groups.GroupCount + static_cast<DWORD>(kServices.size());
  std::copy_n(kServices.begin(), kServices.size(),
              std::copy_n(groups.Groups, groups.GroupCount, all.Groups));
  return Answer(answer.data(), answer.size(), buffer, capacity, needed);
}

inline BOOL AnswerPrivilegesWithout(const std::wstring& name, HANDLE token, void* buffer,
                                    DWORD capacity, DWORD* needed) {
  auto bytes = InformationOf<TOKEN_PRIVILEGES>(token, TokenPrivileges);
  auto& all = *reinterpret_cast<TOKEN_PRIVILEGES*>(bytes.data());
  LUID missing{};
  LookupPrivilegeValueW(nullptr, name.c_str(), &missing);
  auto* const end = std::remove_if(
      all.Privileges, all.Privileges + all.PrivilegeCount,
      [&](const LUID_AND_ATTRIBUTES& each) { return each.Luid.LowPart == missing.LowPart; });
  all.PrivilegeCount = static_cast<DWORD>(end - all.Privileges);
  return Answer(bytes.data(), bytes.size(), buffer, capacity, needed);
}

inline BOOL WINAPI SpyGetTokenInformation(HANDLE token, TOKEN_INFORMATION_CLASS kind, LPVOID buffer,
                                          DWORD capacity, PDWORD needed) {
  const std::wstring without = Environment(L"SPY_WITHOUT");
  if (kind == TokenPrivileges && !without.empty()) {
    return AnswerPrivilegesWithout(without, token, buffer, capacity, needed);
  }
  if (!Environment(L"SPY_ACCOUNT").empty()) {
    static const TOKEN_USER kUser{{SidOf(L"S-1-5-18"), 0}};
    static const TOKEN_OWNER kOwner{SidOf(L"S-1-5-32-544")};
    if (kind == TokenUser) return Answer(&kUser, sizeof(kUser), buffer, capacity, needed);
    if (kind == TokenOwner) return Answer(&kOwner, sizeof(kOwner), buffer, capacity, needed);
    if (kind == TokenGroups) return AnswerGroupsOfService(token, buffer, capacity, needed);
  }
  return GetTokenInformation(token, kind, buffer, capacity, needed);
}

inline DWORD WINAPI SpyGetSecurityInfo(HANDLE handle, SE_OBJECT_TYPE type,
                                       SECURITY_INFORMATION wanted, PSID* owner, PSID* group,
                                       PACL* dacl, PACL* sacl, PSECURITY_DESCRIPTOR* descriptor) {
  const DWORD error = GetSecurityInfo(handle, type, wanted, owner, group, dacl, sacl, descriptor);
  const std::wstring other = Environment(L"SPY_OWNER");
  if (error == ERROR_SUCCESS) *owner = SidOf(other.empty() ? L"S-1-5-32-544" : other.c_str());
  return error;
}

inline BOOL WINAPI SpyGetFileInformationByHandle(HANDLE file,
                                                 LPBY_HANDLE_FILE_INFORMATION information) {
  if (!GetFileInformationByHandle(file, information)) return FALSE;
  std::wstring path(MAX_PATH, L'\0');
  path.resize(GetFinalPathNameByHandleW(file, path.data(), MAX_PATH, 0));
  const std::wstring link = Environment(L"SPY_LINK");
  if (!link.empty() && path.ends_with(L"\\" + link)) {
    information->dwFileAttributes |= FILE_ATTRIBUTE_REPARSE_POINT;
  }
  return TRUE;
}

inline BOOL WINAPI SpyCreateDirectoryW(LPCWSTR path, LPSECURITY_ATTRIBUTES attributes) {
  Note(JsonLine()
           .Text("call", "CreateDirectoryW")
           .Text("path", ToUtf8(path))
           .Text("security", SecurityText(attributes)));
  if (Denied(L"CreateDirectoryW")) return FALSE;
  return CreateDirectoryW(path, attributes);
}

}  // namespace rasshost
