// SPDX-License-Identifier: MIT
#include "security_dll/worker_token.h"

#include <array>

namespace rasshost {
namespace {

class WellKnownSid {
 public:
  explicit WellKnownSid(WELL_KNOWN_SID_TYPE type) noexcept
      : ok_(CreateWellKnownSid(type, nullptr, bytes_.data(), &size_) != FALSE) {}

  bool ok() const noexcept { return ok_; }
  PSID get() noexcept { return bytes_.data(); }
  DWORD size() const noexcept { return size_; }

 private:
  alignas(void*) std::array<std::byte, SECURITY_MAX_SID_SIZE> bytes_{};
  DWORD size_ = SECURITY_MAX_SID_SIZE;
  const bool ok_;
};

DWORD OpenWhole(WorkerToken kind, UniqueHandle& token, const char*& what) noexcept {
  if (kind == WorkerToken::kService) {
    what = "logging LocalService on";
    const bool done = LogonUserW(L"LocalService", L"NT AUTHORITY", nullptr, LOGON32_LOGON_SERVICE,
                                 LOGON32_PROVIDER_DEFAULT, token.put());
    return done ? NO_ERROR : GetLastError();
  }
  what = "opening the token of this process";
  constexpr DWORD kAccess =
      TOKEN_QUERY | TOKEN_DUPLICATE | TOKEN_ASSIGN_PRIMARY | TOKEN_ADJUST_DEFAULT;
  return OpenProcessToken(GetCurrentProcess(), kAccess, token.put()) ? NO_ERROR : GetLastError();
}

// Processes of the system, the RAS server's among them, are out of reach from below their level,
// whatever the user is allowed.
bool LowerIntegrity(HANDLE token) noexcept {
  WellKnownSid medium(WinMediumLabelSid);
  TOKEN_MANDATORY_LABEL label{{medium.get(), SE_GROUP_INTEGRITY}};
  return medium.ok() && SetTokenInformation(token, TokenIntegrityLevel, &label,
                                            static_cast<DWORD>(sizeof(label)) + medium.size());
}

}  // namespace

DWORD CreateWorkerToken(WorkerToken kind, UniqueHandle& token, const char*& what) noexcept {
  UniqueHandle whole;
  if (const DWORD error = OpenWhole(kind, whole, what); error != NO_ERROR) return error;

  what = "restricting the worker's token";
  WellKnownSid administrators(WinBuiltinAdministratorsSid);
  SID_AND_ATTRIBUTES deny_only{administrators.get(), 0};
  UniqueHandle restricted;
  if (!administrators.ok() ||
      !CreateRestrictedToken(whole.get(), DISABLE_MAX_PRIVILEGE, 1, &deny_only, 0, nullptr, 0,
                             nullptr, restricted.put()) ||
      !LowerIntegrity(restricted.get())) {
    return GetLastError();
  }
  token = std::move(restricted);
  return NO_ERROR;
}

}  // namespace rasshost
