// SPDX-License-Identifier: MIT
#include "emulator/crash_report.h"

#include <array>
#include <atomic>
#include <charconv>
#include <cstdint>
#include <string_view>

#include "windows/utf.h"

namespace rasshost {
namespace {

std::atomic<CrashHandler> crash_handler{nullptr};
std::atomic<LPTOP_LEVEL_EXCEPTION_FILTER> next_filter{nullptr};
std::atomic<DWORD> crashing_thread{0};

LONG WINAPI OnUnhandledException(EXCEPTION_POINTERS* exception) {
  const DWORD thread = GetCurrentThreadId();
  // The next filter may call the one that was there when it was set, which may be this one.
  if (crashing_thread.exchange(thread) == thread) return EXCEPTION_CONTINUE_SEARCH;
  if (const CrashHandler handler = crash_handler) handler(*exception->ExceptionRecord);
  const LPTOP_LEVEL_EXCEPTION_FILTER next = next_filter;
  const LONG answer = next == nullptr ? EXCEPTION_CONTINUE_SEARCH : next(exception);
  crashing_thread = 0;
  return answer;
}

std::string_view ExceptionName(DWORD code) noexcept {
  constexpr DWORD kMicrosoftCpp = 0xe06d7363;
  constexpr DWORD kGnuCpp = 0x20474343;
  switch (code) {
    case EXCEPTION_ACCESS_VIOLATION:
      return "access violation";
    case EXCEPTION_STACK_OVERFLOW:
      return "stack overflow";
    case EXCEPTION_ILLEGAL_INSTRUCTION:
      return "illegal instruction";
    case EXCEPTION_INT_DIVIDE_BY_ZERO:
      return "division by zero";
    case EXCEPTION_BREAKPOINT:
      return "breakpoint";
    case kMicrosoftCpp:
    case kGnuCpp:
      return "C++ exception";
    default:
      return "";
  }
}

std::string Hex(std::uint64_t number) {
  std::array<char, 16> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
  return "0x" + std::string(digits.data(), end);
}

std::string Locate(void* address) {
  HMODULE module = nullptr;
  if (!GetModuleHandleExW(
          GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
          static_cast<const wchar_t*>(address), &module)) {
    return Hex(reinterpret_cast<std::uintptr_t>(address)) + ", which is in no module";
  }
  std::array<wchar_t, MAX_PATH> path{};
  GetModuleFileNameW(module, path.data(), MAX_PATH - 1);
  const std::string name = ToUtf8(path.data());
  return name.substr(name.rfind('\\') + 1) + "+" +
         Hex(reinterpret_cast<std::uintptr_t>(address) - reinterpret_cast<std::uintptr_t>(module));
}

}  // namespace

void WatchCrashes(CrashHandler handler) noexcept {
  crash_handler = handler;
  WatchCrashesFirst();
}

void WatchCrashesFirst() noexcept {
  const LPTOP_LEVEL_EXCEPTION_FILTER before = SetUnhandledExceptionFilter(&OnUnhandledException);
  if (before != &OnUnhandledException) next_filter = before;
}

void StopWatchingCrashes() noexcept {
  const LPTOP_LEVEL_EXCEPTION_FILTER current = SetUnhandledExceptionFilter(next_filter);
  // Somebody else's, who may call ours.
  if (current != &OnUnhandledException) SetUnhandledExceptionFilter(current);
  crash_handler = nullptr;
}

std::string DescribeCrash(const EXCEPTION_RECORD& record) {
  std::string text = "exception " + Hex(record.ExceptionCode);
  const std::string_view name = ExceptionName(record.ExceptionCode);
  if (!name.empty()) text.append(" (").append(name).append(")");
  return text + " at " + Locate(record.ExceptionAddress);
}

}  // namespace rasshost
