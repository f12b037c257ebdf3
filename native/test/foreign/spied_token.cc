// SPDX-License-Identifier: MIT
#include "test/foreign/spied_token.h"

#include <span>
#include <string>
#include <vector>

#include "test/foreign/spy_record.h"

namespace rasshost {

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

}  // namespace rasshost
