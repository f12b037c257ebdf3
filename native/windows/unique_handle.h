// SPDX-License-Identifier: MIT
// Owners for Win32 resources: the only place that closes one.
#pragma once

#include <windows.h>

#include <utility>

namespace rasshost {

// Owns one resource. Policy names the type, the invalid value and the closer. Closing keeps
// GetLastError as it was, so that a failure can still be reported after the clean-up.
template <typename Policy>
class UniqueResource {
 public:
  using Type = typename Policy::Type;

  UniqueResource() noexcept = default;
  explicit UniqueResource(Type value) noexcept : value_(value) {}
  UniqueResource(UniqueResource&& other) noexcept : value_(other.release()) {}
  UniqueResource& operator=(UniqueResource&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }
  UniqueResource(const UniqueResource&) = delete;
  UniqueResource& operator=(const UniqueResource&) = delete;
  ~UniqueResource() { reset(); }

  Type get() const noexcept { return value_; }
  explicit operator bool() const noexcept { return Policy::IsValid(value_); }
  Type release() noexcept { return std::exchange(value_, Policy::kInvalid()); }
  void reset(Type value = Policy::kInvalid()) noexcept {
    const Type old = std::exchange(value_, value);
    if (!Policy::IsValid(old)) return;
    const DWORD error = GetLastError();
    Policy::Close(old);
    SetLastError(error);
  }
  // For functions that return the resource through a pointer.
  Type* put() noexcept {
    reset();
    return &value_;
  }

 private:
  Type value_ = Policy::kInvalid();
};

// Both of Win32's sentinels mean "no handle", whichever one a function returns.
struct HandlePolicy {
  using Type = HANDLE;
  static Type kInvalid() noexcept { return nullptr; }
  static bool IsValid(Type value) noexcept {
    return value != nullptr && value != INVALID_HANDLE_VALUE;
  }
  static void Close(Type value) noexcept { CloseHandle(value); }
};
using UniqueHandle = UniqueResource<HandlePolicy>;

struct RegKeyPolicy {
  using Type = HKEY;
  static Type kInvalid() noexcept { return nullptr; }
  static bool IsValid(Type value) noexcept { return value != nullptr; }
  static void Close(Type value) noexcept { RegCloseKey(value); }
};
using UniqueRegKey = UniqueResource<RegKeyPolicy>;

struct ServiceHandlePolicy {
  using Type = SC_HANDLE;
  static Type kInvalid() noexcept { return nullptr; }
  static bool IsValid(Type value) noexcept { return value != nullptr; }
  static void Close(Type value) noexcept { CloseServiceHandle(value); }
};
using UniqueServiceHandle = UniqueResource<ServiceHandlePolicy>;

struct ModulePolicy {
  using Type = HMODULE;
  static Type kInvalid() noexcept { return nullptr; }
  static bool IsValid(Type value) noexcept { return value != nullptr; }
  static void Close(Type value) noexcept { FreeLibrary(value); }
};
using UniqueModule = UniqueResource<ModulePolicy>;

struct ThreadpoolWaitPolicy {
  using Type = PTP_WAIT;
  static Type kInvalid() noexcept { return nullptr; }
  static bool IsValid(Type value) noexcept { return value != nullptr; }
  static void Close(Type value) noexcept { CloseThreadpoolWait(value); }
};
using UniqueThreadpoolWait = UniqueResource<ThreadpoolWaitPolicy>;

struct ThreadpoolWorkPolicy {
  using Type = PTP_WORK;
  static Type kInvalid() noexcept { return nullptr; }
  static bool IsValid(Type value) noexcept { return value != nullptr; }
  static void Close(Type value) noexcept { CloseThreadpoolWork(value); }
};
using UniqueThreadpoolWork = UniqueResource<ThreadpoolWorkPolicy>;

struct ThreadpoolPolicy {
  using Type = PTP_POOL;
  static Type kInvalid() noexcept { return nullptr; }
  static bool IsValid(Type value) noexcept { return value != nullptr; }
  static void Close(Type value) noexcept { CloseThreadpool(value); }
};
using UniqueThreadpool = UniqueResource<ThreadpoolPolicy>;

struct ThreadpoolTimerPolicy {
  using Type = PTP_TIMER;
  static Type kInvalid() noexcept { return nullptr; }
  static bool IsValid(Type value) noexcept { return value != nullptr; }
  static void Close(Type value) noexcept { CloseThreadpoolTimer(value); }
};
using UniqueThreadpoolTimer = UniqueResource<ThreadpoolTimerPolicy>;

struct ChangeNotificationPolicy {
  using Type = HANDLE;
  static Type kInvalid() noexcept { return INVALID_HANDLE_VALUE; }
  static bool IsValid(Type value) noexcept {
    return value != nullptr && value != INVALID_HANDLE_VALUE;
  }
  static void Close(Type value) noexcept { FindCloseChangeNotification(value); }
};
using UniqueChangeNotification = UniqueResource<ChangeNotificationPolicy>;

struct MappedViewPolicy {
  using Type = void*;
  static Type kInvalid() noexcept { return nullptr; }
  static bool IsValid(Type value) noexcept { return value != nullptr; }
  static void Close(Type value) noexcept { UnmapViewOfFile(value); }
};
using UniqueMappedView = UniqueResource<MappedViewPolicy>;

struct LocalMemoryPolicy {
  using Type = void*;
  static Type kInvalid() noexcept { return nullptr; }
  static bool IsValid(Type value) noexcept { return value != nullptr; }
  static void Close(Type value) noexcept { LocalFree(value); }
};
using UniqueLocalMemory = UniqueResource<LocalMemoryPolicy>;

}  // namespace rasshost
