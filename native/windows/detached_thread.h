// SPDX-License-Identifier: MIT
// Threads that nobody waits for.
#pragma once

#include <windows.h>

#include <memory>
#include <system_error>
#include <utility>

#include "windows/unique_handle.h"

namespace rasshost {

// Runs `function` in a thread of its own, which owns it. Throws std::system_error when there is no
// thread to be had.
//
// Not std::thread(...).detach(): a thread that ends while it is detached is put among mingw's free
// threads twice (winpthreads), so that two that are started later are one, and one of them is
// called with the argument nullptr. That was one in some 60,000 threads.
template <typename Function>
void StartDetachedThread(Function function) {
  auto owned = std::make_unique<Function>(std::move(function));
  const auto run = [](void* argument) noexcept -> DWORD {
    (*std::unique_ptr<Function>(static_cast<Function*>(argument)))();
    return 0;
  };
  const UniqueHandle thread(CreateThread(nullptr, 0, run, owned.get(), 0, nullptr));
  if (!thread) {
    throw std::system_error(static_cast<int>(GetLastError()), std::system_category());
  }
  static_cast<void>(owned.release());
}

}  // namespace rasshost
