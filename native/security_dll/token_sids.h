// SPDX-License-Identifier: MIT
// Who a token says that its owner is.
#pragma once

#include <windows.h>

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace rasshost {

class WellKnownSid {
 public:
  explicit WellKnownSid(WELL_KNOWN_SID_TYPE type) noexcept
      : ok_(CreateWellKnownSid(type, nullptr, bytes_.data(), &size_) != FALSE) {}

  bool ok() const noexcept { return ok_; }
  PSID get() noexcept { return bytes_.data(); }
  DWORD size() const noexcept { return size_; }
  bool Is(PSID sid) noexcept { return ok_ && EqualSid(get(), sid); }

 private:
  alignas(void*) std::array<std::byte, SECURITY_MAX_SID_SIZE> bytes_{};
  DWORD size_ = SECURITY_MAX_SID_SIZE;
  const bool ok_;
};

// What the system tells of a token, as it is then. Empty: it refuses, and GetLastError says why.
// Throws std::bad_alloc.
std::vector<std::byte> TokenInformation(HANDLE token, TOKEN_INFORMATION_CLASS kind);

// The user, groups and owner of a token, as they are at the beginning. Throws std::bad_alloc.
class TokenSids {
 public:
  explicit TokenSids(HANDLE token)
      : user_(TokenInformation(token, TokenUser)),
        groups_(TokenInformation(token, TokenGroups)),
        owner_(TokenInformation(token, TokenOwner)) {}

  bool ok() const noexcept { return !user_.empty() && !groups_.empty() && !owner_.empty(); }

  PSID user() const noexcept { return reinterpret_cast<const TOKEN_USER*>(user_.data())->User.Sid; }
  // Of what the token's processes make.
  PSID owner() const noexcept { return reinterpret_cast<const TOKEN_OWNER*>(owner_.data())->Owner; }
  std::span<const SID_AND_ATTRIBUTES> groups() const noexcept {
    const auto* const groups = reinterpret_cast<const TOKEN_GROUPS*>(groups_.data());
    return {groups->Groups, groups->GroupCount};
  }
  // Of the logon that the token is from, which no other logon has; of the user, if there is none.
  PSID logon() const noexcept;

 private:
  std::vector<std::byte> user_;
  std::vector<std::byte> groups_;
  std::vector<std::byte> owner_;
};

// Whether it is the SID of a service, or of all of them: NT SERVICE\...
bool IsServiceSid(PSID sid) noexcept;

// S-1-...; empty when there is no memory for it. Throws std::bad_alloc.
std::wstring SidText(PSID sid);

}  // namespace rasshost
