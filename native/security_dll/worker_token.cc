// SPDX-License-Identifier: MIT
#include "security_dll/worker_token.h"
#include "security_dll/guarded.h"

#include <vector>

#include "security_dll/missing_privilege.h"
#include "security_dll/security_descriptor.h"
#include "security_dll/token_sids.h"
#include "security_dll/worker_security.h"

namespace rasshost {
namespace {

DWORD OpenWhole(WorkerToken kind, UniqueHandle& token, const char*& what) {
  if (kind == WorkerToken::kService) {
    if (LogonUserW(L"LocalService", L"NT AUTHORITY", nullptr, LOGON32_LOGON_SERVICE,
                   LOGON32_PROVIDER_DEFAULT, token.put())) {
      return NO_ERROR;
    }
    const DWORD error = LastErrorOr(ERROR_OUTOFMEMORY);
    what = WhyNotLoggedOn(error);
    return error;
  }
  what = "opening the token of this process";
  constexpr DWORD kAccess =
      TOKEN_QUERY | TOKEN_DUPLICATE | TOKEN_ASSIGN_PRIMARY | TOKEN_ADJUST_DEFAULT;
  return OpenProcessToken(GetCurrentProcess(), kAccess, token.put())
             ? NO_ERROR
             : LastErrorOr(ERROR_OUTOFMEMORY);
}

// What the account may not do as an administrator, nor as the service that runs here.
UniqueHandle Restricted(HANDLE whole, const TokenSids& sids) {
  UniqueHandle restricted;
  WellKnownSid administrators(WinBuiltinAdministratorsSid);
  if (!administrators.ok()) return restricted;
  std::vector<SID_AND_ATTRIBUTES> deny_only{{administrators.get(), 0}};
  for (const SID_AND_ATTRIBUTES& group : sids.groups()) {
    if (IsServiceSid(group.Sid)) deny_only.push_back({group.Sid, 0});
  }
  CreateRestrictedToken(whole, DISABLE_MAX_PRIVILEGE, static_cast<DWORD>(deny_only.size()),
                        deny_only.data(), 0, nullptr, 0, nullptr, restricted.put());
  return restricted;
}

// Processes of the system, the RAS server's among them, are out of reach from below their level,
// whatever the user is allowed.
bool LowerIntegrity(HANDLE token) noexcept {
  WellKnownSid medium(WinMediumLabelSid);
  TOKEN_MANDATORY_LABEL label{{medium.get(), SE_GROUP_INTEGRITY}};
  return medium.ok() && SetTokenInformation(token, TokenIntegrityLevel, &label,
                                            static_cast<DWORD>(sizeof(label)) + medium.size());
}

// What the worker makes is its own, not the administrators'.
bool SetOwner(HANDLE token, const TokenSids& sids) noexcept {
  if (!WellKnownSid(WinBuiltinAdministratorsSid).Is(sids.owner())) return true;
  TOKEN_OWNER owner{sids.user()};
  return SetTokenInformation(token, TokenOwner, &owner, sizeof(owner));
}

bool SetDefaultDacl(HANDLE token, const TokenSids& sids) {
  const SecurityDescriptor descriptor(WorkerDefaultSecurity(sids).c_str());
  if (!descriptor.ok()) return false;
  TOKEN_DEFAULT_DACL dacl{descriptor.dacl()};
  return SetTokenInformation(token, TokenDefaultDacl, &dacl, sizeof(dacl));
}

}  // namespace

DWORD CreateWorkerToken(WorkerToken kind, UniqueHandle& token, const char*& what) {
  UniqueHandle whole;
  if (const DWORD error = OpenWhole(kind, whole, what); error != NO_ERROR) return error;

  what = "restricting the worker's token";
  const TokenSids sids(whole.get());
  if (!sids.ok()) return LastErrorOr(ERROR_OUTOFMEMORY);
  if (kind == WorkerToken::kSame && WellKnownSid(WinLocalSystemSid).Is(sids.user())) {
    what =
        "WorkerToken is same, which is for a person's own programs, and this process is SYSTEM's";
    return ERROR_BAD_CONFIGURATION;
  }
  UniqueHandle restricted = Restricted(whole.get(), sids);
  if (!restricted || !LowerIntegrity(restricted.get()) || !SetOwner(restricted.get(), sids) ||
      !SetDefaultDacl(restricted.get(), sids)) {
    return LastErrorOr(ERROR_OUTOFMEMORY);
  }
  token = std::move(restricted);
  return NO_ERROR;
}

}  // namespace rasshost
