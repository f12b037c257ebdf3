// SPDX-License-Identifier: MIT
#include "security_dll/token_sids.h"

// After windows.h, whose types it uses.
#include <sddl.h>

#include <algorithm>

#include "windows/unique_handle.h"

namespace rasshost {

std::vector<std::byte> TokenInformation(HANDLE token, TOKEN_INFORMATION_CLASS kind) {
  DWORD size = 0;
  GetTokenInformation(token, kind, nullptr, 0, &size);
  std::vector<std::byte> information(size);
  if (size == 0 || !GetTokenInformation(token, kind, information.data(), size, &size)) return {};
  return information;
}

PSID TokenSids::logon() const noexcept {
  const auto all = groups();
  const auto found = std::find_if(all.begin(), all.end(), [](const SID_AND_ATTRIBUTES& group) {
    return (group.Attributes & SE_GROUP_LOGON_ID) == SE_GROUP_LOGON_ID;
  });
  return found == all.end() ? user() : found->Sid;
}

bool IsServiceSid(PSID sid) noexcept {
  constexpr SID_IDENTIFIER_AUTHORITY kNt = SECURITY_NT_AUTHORITY;
  return std::equal(std::begin(kNt.Value), std::end(kNt.Value),
                    std::begin(GetSidIdentifierAuthority(sid)->Value)) &&
         *GetSidSubAuthorityCount(sid) > 1 &&
         *GetSidSubAuthority(sid, 0) == SECURITY_SERVICE_ID_BASE_RID;
}

std::wstring SidText(PSID sid) {
  LPWSTR text = nullptr;
  if (!ConvertSidToStringSidW(sid, &text)) return {};
  const UniqueLocalMemory owner(text);
  return text;
}

}  // namespace rasshost
