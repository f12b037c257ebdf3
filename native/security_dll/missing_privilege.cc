// SPDX-License-Identifier: MIT
#include "security_dll/missing_privilege.h"

#include <algorithm>
#include <span>

#include "security_dll/token_sids.h"
#include "windows/unique_handle.h"

namespace rasshost {
namespace {

// Whether it is enabled does not matter: the system enables it for these calls.
bool IsHeld(const wchar_t* name) {
  UniqueHandle token;
  LUID wanted{};
  if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, token.put()) ||
      !LookupPrivilegeValueW(nullptr, name, &wanted)) {
    return true;
  }
  const auto information = TokenInformation(token.get(), TokenPrivileges);
  // Where the system does not say, none is said to be missing.
  if (information.empty()) return true;
  const auto* const all = reinterpret_cast<const TOKEN_PRIVILEGES*>(information.data());
  const std::span held(all->Privileges, all->PrivilegeCount);
  return std::any_of(held.begin(), held.end(), [&](const LUID_AND_ATTRIBUTES& each) {
    return each.Luid.LowPart == wanted.LowPart && each.Luid.HighPart == wanted.HighPart;
  });
}

}  // namespace

const char* WhyNotLoggedOn(DWORD error) {
  return error == ERROR_PRIVILEGE_NOT_HELD && !IsHeld(SE_TCB_NAME)
             ? "logging LocalService on: the RAS server's process lacks SeTcbPrivilege"
             : "logging LocalService on";
}

const char* WhyNotStarted(DWORD error, WorkerToken kind) {
  if (error != ERROR_PRIVILEGE_NOT_HELD) return "starting NodePath";
  const bool quota = IsHeld(SE_INCREASE_QUOTA_NAME);
  // A restricted token of the process itself may be assigned without this privilege.
  const bool assign = kind != WorkerToken::kService || IsHeld(SE_ASSIGNPRIMARYTOKEN_NAME);
  if (!quota && !assign) {
    return "starting NodePath: the RAS server's process lacks SeIncreaseQuotaPrivilege and "
           "SeAssignPrimaryTokenPrivilege";
  }
  if (!quota) return "starting NodePath: the RAS server's process lacks SeIncreaseQuotaPrivilege";
  if (!assign) {
    return "starting NodePath: the RAS server's process lacks SeAssignPrimaryTokenPrivilege";
  }
  return "starting NodePath";
}

}  // namespace rasshost
