// SPDX-License-Identifier: MIT
#include "emulator/security_module.h"

#include <array>

#include "emulator/portable/pe_image.h"
#include "windows/unique_handle.h"
#include "windows/utf.h"

namespace rasshost {
namespace {

#if defined(_M_ARM64) || defined(__aarch64__)
constexpr std::uint16_t kThisMachine = kMachineArm64;
#else
constexpr std::uint16_t kThisMachine = sizeof(void*) == 8 ? kMachineX64 : kMachineX86;
#endif
constexpr std::size_t kHeaderBytes = 4096;

// Where LoadLibrary would find `path`; empty when nowhere.
std::wstring Locate(const std::string& path) {
  std::array<wchar_t, 32768> found;
  const DWORD size = SearchPathW(nullptr, ToWide(path).c_str(), L".dll",
                                 static_cast<DWORD>(found.size()), found.data(), nullptr);
  return {found.data(), size < found.size() ? size : 0};
}

std::optional<std::uint16_t> ReadMachine(const std::wstring& file_name) {
  const UniqueHandle file(CreateFileW(file_name.c_str(), GENERIC_READ, FILE_SHARE_READ, nullptr,
                                      OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr));
  std::array<std::byte, kHeaderBytes> headers{};
  DWORD size = 0;
  if (!file ||
      !ReadFile(file.get(), headers.data(), static_cast<DWORD>(headers.size()), &size, nullptr)) {
    return std::nullopt;
  }
  return PeMachine({headers.data(), size});
}

template <typename Function>
Function GetExport(HMODULE module, const char* name) noexcept {
  return reinterpret_cast<Function>(reinterpret_cast<void (*)()>(GetProcAddress(module, name)));
}

}  // namespace

std::variant<std::string, NotRegistered, LoadFailure> ReadRegisteredPath() {
  constexpr wchar_t kKey[] = L"SOFTWARE\\Microsoft\\RAS\\SecurityHost";
  constexpr DWORD kFlags = RRF_RT_REG_SZ | RRF_NOEXPAND | RRF_SUBKEY_WOW6464KEY;
  std::array<wchar_t, 32768> value{};
  DWORD size = sizeof value;
  const LSTATUS status =
      RegGetValueW(HKEY_LOCAL_MACHINE, kKey, L"DLLPath", kFlags, nullptr, value.data(), &size);
  if (status == ERROR_FILE_NOT_FOUND) return NotRegistered{};
  if (status == ERROR_UNSUPPORTED_TYPE) {
    return LoadFailure{"DLLPath in " + ToUtf8(kKey) + " is not a REG_SZ value"};
  }
  if (status != ERROR_SUCCESS) {
    return LoadFailure{"cannot read DLLPath in " + ToUtf8(kKey) + ": error " +
                       std::to_string(status)};
  }
  return ToUtf8(value.data());
}

std::variant<SecurityModule, LoadFailure> LoadSecurityModule(const std::string& path) {
  const std::wstring file = Locate(path);
  if (file.empty()) return LoadFailure{"security DLL '" + path + "' not found"};
  const auto machine = ReadMachine(file);
  if (!machine) return LoadFailure{"security DLL '" + path + "' is not a DLL"};
  if (*machine != kThisMachine) {
    return LoadFailure{"security DLL '" + path + "' is " + DescribeMachine(*machine) +
                       ", this process is " + (sizeof(void*) == 8 ? "64-bit" : "32-bit")};
  }
  const HMODULE module = LoadLibraryExW(file.c_str(), nullptr, LOAD_WITH_ALTERED_SEARCH_PATH);
  if (module == nullptr) {
    const DWORD error = GetLastError();
    return LoadFailure{"security DLL '" + path + "' cannot be loaded: error " +
                       std::to_string(error) +
                       (error == ERROR_MOD_NOT_FOUND ? " (a module it needs is missing)" : "")};
  }
  SecurityModule loaded{path, GetExport<BeginFunction>(module, "RasSecurityDialogBegin"),
                        GetExport<EndFunction>(module, "RasSecurityDialogEnd")};
  for (const auto& [name, missing] : {std::pair{"RasSecurityDialogBegin", loaded.begin == nullptr},
                                      std::pair{"RasSecurityDialogEnd", loaded.end == nullptr}}) {
    if (missing) return LoadFailure{"security DLL '" + path + "' does not export " + name};
  }
  return loaded;
}

}  // namespace rasshost
