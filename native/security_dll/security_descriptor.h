// SPDX-License-Identifier: MIT
// Owns a security descriptor that is made from its text.
#pragma once

#include <windows.h>
// After windows.h, whose types it uses.
#include <sddl.h>

#include "windows/unique_handle.h"

namespace rasshost {

class SecurityDescriptor {
 public:
  explicit SecurityDescriptor(const wchar_t* sddl) noexcept {
    ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl, SDDL_REVISION_1, memory_.put(),
                                                         nullptr);
  }

  // If not, GetLastError says why right after the making.
  bool ok() const noexcept { return static_cast<bool>(memory_); }

  // For an object to be made, not inheritable.
  SECURITY_ATTRIBUTES attributes() const noexcept {
    return {sizeof(SECURITY_ATTRIBUTES), memory_.get(), FALSE};
  }

  PACL dacl() const noexcept {
    BOOL present = FALSE;
    BOOL defaulted = FALSE;
    PACL dacl = nullptr;
    GetSecurityDescriptorDacl(memory_.get(), &present, &dacl, &defaulted);
    return dacl;
  }

 private:
  UniqueLocalMemory memory_;
};

}  // namespace rasshost
