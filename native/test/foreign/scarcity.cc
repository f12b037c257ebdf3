// SPDX-License-Identifier: MIT
// A security DLL that hands everything to another one, and keeps what that asks the system for from
// it: the n-th allocation or kernel object, or that and all that follow. Told by its environment:
//
// SCARCITY_DLL    path of the other security DLL
// SCARCITY_ORDER  a file that each Begin reads: `memory` or `objects`, n from 1, and `once` or
//                 `on`; anything else, or no such file: nothing is kept from it
// SCARCITY_LOAD   set: no module gets a large block of memory while the other DLL is loaded
// SCARCITY_FILE   where it writes, at each Begin, the order of before and whether n was reached
#include <windows.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <type_traits>

#include "test/foreign/environment.h"
#include "test/foreign/imports.h"
#include "test/foreign/other_security_dll.h"
#include "windows/ras_interface.h"

namespace rasshost {
namespace {

enum class Kind : int { kNone, kMemory, kObjects };

// What is being kept from the other DLL. Any thread.
std::atomic<Kind> kind = Kind::kNone;
std::atomic<bool> goes_on = false;
std::atomic<long> asked = 0;  // since the last Begin
std::atomic<long> fails_at = 0;

bool Fails(Kind of) noexcept {
  if (kind != of) return false;
  const long number = ++asked;
  return goes_on ? number >= fails_at : number == fails_at;
}

// What a function of the system answers when it fails, by its type.
template <typename Result>
Result Failure() noexcept {
  SetLastError(ERROR_NOT_ENOUGH_MEMORY);
  if constexpr (std::is_same_v<Result, LSTATUS>) {
    return ERROR_OUTOFMEMORY;
  } else {
    return Result{};
  }
}
template <>
HANDLE Failure<HANDLE>() noexcept {
  SetLastError(ERROR_NOT_ENOUGH_MEMORY);
  return nullptr;
}

template <auto function, typename Signature = decltype(function)>
struct Scarce;
template <auto function, typename Result, typename... Arguments>
struct Scarce<function, Result (*)(Arguments...)> {
  static Result Call(Arguments... arguments) {
    return Fails(Kind::kObjects) ? Failure<Result>() : function(arguments...);
  }
};

// Not by the template: the compiler knows more of these than their types say, and warns of the
// loss.
void* ScarceMalloc(std::size_t size) { return Fails(Kind::kMemory) ? nullptr : std::malloc(size); }
void* ScarceCalloc(std::size_t count, std::size_t size) {
  return Fails(Kind::kMemory) ? nullptr : std::calloc(count, size);
}
void* ScarceRealloc(void* memory, std::size_t size) {
  return Fails(Kind::kMemory) ? nullptr : std::realloc(memory, size);
}

#define OBJECT(name) \
  Replacement { #name, Address(Scarce<&name>::Call) }

// Two that answer INVALID_HANDLE_VALUE, which no owner takes for a handle, answer null here, which
// none does either.
const std::array kReplacements{Replacement{"malloc", Address(ScarceMalloc)},
                               Replacement{"calloc", Address(ScarceCalloc)},
                               Replacement{"realloc", Address(ScarceRealloc)},
                               OBJECT(CreateEventW),
                               OBJECT(CreateFileMappingW),
                               OBJECT(CreateFileW),
                               OBJECT(CreateJobObjectW),
                               OBJECT(CreatePipe),
                               OBJECT(CreateProcessAsUserW),
                               OBJECT(CreateRestrictedToken),
                               OBJECT(CreateThread),
                               OBJECT(CreateThreadpool),
                               OBJECT(CreateThreadpoolTimer),
                               OBJECT(CreateThreadpoolWait),
                               OBJECT(CreateThreadpoolWork),
                               OBJECT(DuplicateHandle),
                               OBJECT(FindFirstChangeNotificationW),
                               OBJECT(MapViewOfFile),
                               OBJECT(OpenProcessToken),
                               OBJECT(OpenSCManagerW),
                               OBJECT(OpenServiceW),
                               OBJECT(RegQueryValueExW),
                               OBJECT(RegNotifyChangeKeyValue),
                               OBJECT(RegOpenKeyExW),
                               OBJECT(RegisterEventSourceW),
                               OBJECT(RegisterWaitForSingleObject),
                               OBJECT(SetInformationJobObject),
                               OBJECT(UpdateProcThreadAttribute)};

void TellOrder(const char* order) {
  FILE* const file = _wfopen(Environment(L"SCARCITY_FILE").c_str(), L"ab");
  if (file == nullptr) return;
  std::fprintf(file, "%s asked %ld reached %d\n", order, asked.load(), asked >= fails_at);
  std::fclose(file);
}

void TakeOrder() {
  static std::string order;
  kind = Kind::kNone;
  if (!order.empty()) TellOrder(order.c_str());
  order.clear();
  FILE* const file = _wfopen(Environment(L"SCARCITY_ORDER").c_str(), L"rb");
  if (file == nullptr) return;
  std::array<char, 16> what{};
  std::array<char, 16> how{};
  long number = 0;
  const int read = std::fscanf(file, "%15s %ld %15s", what.data(), &number, how.data());
  std::fclose(file);
  const std::string name(what.data());
  if (read != 3 || (name != "memory" && name != "objects")) return;
  order = name + " " + std::to_string(number) + " " + how.data();
  asked = 0;
  fails_at = number;
  goes_on = std::string(how.data()) == "on";
  kind = name == "memory" ? Kind::kMemory : Kind::kObjects;
}

// As little as the C++ runtime's reserve for exceptions takes is refused; the rest is granted, or
// the DLL would not be loaded at all.
LPVOID WINAPI RefuseLarge(HANDLE heap, DWORD flags, SIZE_T size) {
  constexpr SIZE_T kLarge = 16'384;
  return size < kLarge ? HeapAlloc(heap, flags, size) : nullptr;
}

OtherSecurityDll Load() {
  const std::wstring path = Environment(L"SCARCITY_DLL");
  const HMODULE runtime = GetModuleHandleW(L"msvcrt.dll");
  void* const before = Environment(L"SCARCITY_LOAD").empty()
                           ? nullptr
                           : ReplaceImport(runtime, "HeapAlloc", Address(RefuseLarge));
  const OtherSecurityDll other(path, kReplacements);
  if (before != nullptr) ReplaceImport(runtime, "HeapAlloc", before);
  return other;
}

const OtherSecurityDll& Other() {
  static const OtherSecurityDll other = Load();
  return other;
}

}  // namespace
}  // namespace rasshost

extern "C" {

DWORD WINAPI RasSecurityDialogBegin(HPORT port, PBYTE send_buffer, DWORD send_size,
                                    PBYTE receive_buffer, DWORD receive_size,
                                    VOID(WINAPI* complete)(SECURITY_MESSAGE*)) {
  const auto& other = rasshost::Other();
  rasshost::TakeOrder();
  return other.Begin(port, send_buffer, send_size, receive_buffer, receive_size, complete);
}

DWORD WINAPI RasSecurityDialogEnd(HPORT port) { return rasshost::Other().End(port); }
}
