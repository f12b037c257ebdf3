// SPDX-License-Identifier: MIT
// With mingw-w64, what the C++ runtime in this DLL wants of threads. mingw's own (winpthreads and
// emutls) allocate memory and a handle when a thread throws its first exception, and end the
// process if they get none. Nothing in here can be refused.
//
// The linker gets no other (-no-pthread in CMakeLists.txt): if the runtime or our code comes to
// need more, such as thread_local, the DLL does not link.
#include <cxxabi.h>
#include <pthread.h>
#include <windows.h>

#include <cxxabi.h>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <mutex>

#include "windows/srw_condition.h"
#include "windows/srw_lock.h"

namespace rasshost {
namespace {

// One lock behind all of the runtime's objects: it is never held while calling out. Whoever waits
// for one of them may be woken up for another, and looks again.
constinit SrwLock lock;
constinit SrwCondition mutex_freed;
constinit SrwCondition signalled;

// What a mutex contains while it is held. Anything else says that it is free: each initializer in
// pthread.h is another number.
constexpr pthread_mutex_t kHeld = 1;
constexpr pthread_mutex_t kFree = PTHREAD_MUTEX_INITIALIZER;
static_assert(kFree != kHeld && PTHREAD_RECURSIVE_MUTEX_INITIALIZER != kHeld);

enum Once : pthread_once_t { kNever = PTHREAD_ONCE_INIT, kRuns, kHasRun };

void Take(pthread_mutex_t* mutex, SrwCondition::Guard& guard) {
  mutex_freed.Wait(guard, [&] { return *mutex != kHeld; });
  *mutex = kHeld;
}

void Free(pthread_mutex_t* mutex) noexcept {
  *mutex = kFree;
  mutex_freed.NotifyAll();
}

// What the C++ ABI keeps for a thread: the exceptions that it has caught and not yet left, and how
// many fly.
struct Exceptions {
  void* caught;
  unsigned int uncaught;
};

// The loader copies the section .tls for each thread, when it loads the DLL or starts the thread:
// if there is no memory for that, neither comes to be. GCC has no other way to use it.
[[gnu::section(".tls$"), gnu::used]] constinit Exceptions exceptions{};

}  // namespace
}  // namespace rasshost

extern "C" {

// The linker's and the loader's: where the section is, and the number of its copies.
extern const IMAGE_TLS_DIRECTORY _tls_used;
extern ULONG _tls_index;

int pthread_mutex_init(pthread_mutex_t* mutex, const pthread_mutexattr_t*) {
  *mutex = rasshost::kFree;
  return 0;
}

int pthread_mutex_destroy(pthread_mutex_t*) { return 0; }

int pthread_mutex_lock(pthread_mutex_t* mutex) {
  rasshost::SrwCondition::Guard guard(rasshost::lock);
  rasshost::Take(mutex, guard);
  return 0;
}

int pthread_mutex_unlock(pthread_mutex_t* mutex) {
  const std::lock_guard guard(rasshost::lock);
  rasshost::Free(mutex);
  return 0;
}

int pthread_cond_wait(pthread_cond_t*, pthread_mutex_t* mutex) {
  rasshost::SrwCondition::Guard guard(rasshost::lock);
  rasshost::Free(mutex);
  rasshost::signalled.Wait(guard);
  rasshost::Take(mutex, guard);
  return 0;
}

int pthread_cond_broadcast(pthread_cond_t*) {
  rasshost::signalled.NotifyAll();
  return 0;
}

int pthread_once(pthread_once_t* once, void (*run)()) {
  rasshost::SrwCondition::Guard guard(rasshost::lock);
  rasshost::signalled.Wait(guard, [&] { return *once != rasshost::kRuns; });
  if (*once == rasshost::kHasRun) return 0;
  *once = rasshost::kRuns;
  guard.unlock();
  run();
  guard.lock();
  *once = rasshost::kHasRun;
  rasshost::signalled.NotifyAll();
  return 0;
}
}

namespace __cxxabiv1 {

extern "C" __cxa_eh_globals* __cxa_get_globals() noexcept {
  // From where every module's code reads it: ThreadLocalStoragePointer of the thread's block.
  std::byte* const* copies = nullptr;
  asm volatile("movq %%gs:0x58, %0" : "=r"(copies));
  const std::uintptr_t offset =
      reinterpret_cast<std::uintptr_t>(&rasshost::exceptions) - _tls_used.StartAddressOfRawData;
  return reinterpret_cast<__cxa_eh_globals*>(copies[_tls_index] + offset);
}

extern "C" __cxa_eh_globals* __cxa_get_globals_fast() noexcept { return __cxa_get_globals(); }

}  // namespace __cxxabiv1

std::chrono::steady_clock::time_point std::chrono::steady_clock::now() noexcept {
  LARGE_INTEGER ticks;
  LARGE_INTEGER ticks_a_second;
  QueryPerformanceCounter(&ticks);
  QueryPerformanceFrequency(&ticks_a_second);
  const auto [whole, rest] = std::lldiv(ticks.QuadPart, ticks_a_second.QuadPart);
  return time_point(std::chrono::seconds(whole) +
                    std::chrono::nanoseconds(rest * 1'000'000'000 / ticks_a_second.QuadPart));
}
