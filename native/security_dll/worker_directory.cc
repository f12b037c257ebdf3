// SPDX-License-Identifier: MIT
#include "security_dll/worker_directory.h"
#include "security_dll/guarded.h"

#include <aclapi.h>

#include <array>

#include "common/setting_value.h"
#include "security_dll/security_descriptor.h"
#include "security_dll/token_sids.h"
#include "windows/unique_handle.h"

namespace rasshost {
namespace {

// Reads the value from which FOLDERID_ProgramData is made. The function for that is in shell32.dll,
// which a service should not load. The environment variable could have been changed by any code in
// this process.
DWORD ReadProgramData(std::wstring& path) {
  std::array<wchar_t, MAX_PATH> text{};
  DWORD size = sizeof(text);
  const LSTATUS status = RegGetValueW(
      HKEY_LOCAL_MACHINE, L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList",
      L"ProgramData", RRF_RT_REG_SZ, nullptr, text.data(), &size);
  if (status != ERROR_SUCCESS) return static_cast<DWORD>(status);
  path = text.data();
  return PathFault(path, PathOf::kFile).empty() ? NO_ERROR : ERROR_BAD_PATHNAME;
}

// Without the rights that are inherited from above.
constexpr wchar_t kOurs[] = L"O:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)";
// LocalService may change what is in it, but not remove it.
constexpr wchar_t kWorkers[] =
    L"O:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;;0x1201bf;;;LS)(A;OICIIO;0x1301bf;;;LS)";

DWORD Make(const std::wstring& path, const wchar_t* sddl) {
  const SecurityDescriptor descriptor(sddl);
  if (!descriptor.ok()) return LastErrorOr(ERROR_OUTOFMEMORY);
  SECURITY_ATTRIBUTES attributes = descriptor.attributes();
  if (CreateDirectoryW(path.c_str(), &attributes)) return NO_ERROR;
  const DWORD error = LastErrorOr(ERROR_OUTOFMEMORY);
  return error == ERROR_ALREADY_EXISTS ? NO_ERROR : error;
}

UniqueHandle OpenItself(const std::wstring& path) noexcept {
  return UniqueHandle(
      CreateFileW(path.c_str(), READ_CONTROL | FILE_READ_ATTRIBUTES,
                  FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr, OPEN_EXISTING,
                  FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT, nullptr));
}

DWORD CheckIsDirectory(const UniqueHandle& opened) noexcept {
  BY_HANDLE_FILE_INFORMATION information{};
  if (!opened || !GetFileInformationByHandle(opened.get(), &information))
    return LastErrorOr(ERROR_OUTOFMEMORY);
  constexpr DWORD kKind = FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_REPARSE_POINT;
  return (information.dwFileAttributes & kKind) == FILE_ATTRIBUTE_DIRECTORY ? NO_ERROR
                                                                            : ERROR_DIRECTORY;
}

DWORD CheckOwner(HANDLE directory) noexcept {
  PSID owner = nullptr;
  UniqueLocalMemory descriptor;
  const DWORD error = GetSecurityInfo(directory, SE_FILE_OBJECT, OWNER_SECURITY_INFORMATION, &owner,
                                      nullptr, nullptr, nullptr, descriptor.put());
  if (error != ERROR_SUCCESS) return error;
  const bool trusted = WellKnownSid(WinLocalSystemSid).Is(owner) ||
                       WellKnownSid(WinBuiltinAdministratorsSid).Is(owner);
  return trusted ? NO_ERROR : ERROR_INVALID_OWNER;
}

DWORD MakeOrCheck(const std::wstring& path, const wchar_t* sddl) {
  if (const DWORD error = Make(path, sddl); error != NO_ERROR) return error;
  // A directory that has just been made is checked, too: there is one path for both cases.
  const UniqueHandle opened = OpenItself(path);
  if (const DWORD error = CheckIsDirectory(opened); error != NO_ERROR) return error;
  return CheckOwner(opened.get());
}

}  // namespace

DWORD PrepareWorkerDirectory(std::wstring& path, const char*& what) {
  what = "finding %ProgramData%";
  std::wstring made;
  if (const DWORD error = ReadProgramData(made); error != NO_ERROR) return error;
  what = "%ProgramData%, which has to be a directory and no link";
  if (const DWORD error = CheckIsDirectory(OpenItself(made)); error != NO_ERROR) return error;
  what = "%ProgramData%\\rasshost, which has to be a directory of the administrators', no link";
  made += L"\\rasshost";
  if (const DWORD error = MakeOrCheck(made, kOurs); error != NO_ERROR) return error;
  what =
      "%ProgramData%\\rasshost\\worker, which has to be a directory of the administrators', no "
      "link";
  made += L"\\worker";
  if (const DWORD error = MakeOrCheck(made, kWorkers); error != NO_ERROR) return error;
  path = std::move(made);
  return NO_ERROR;
}

}  // namespace rasshost
