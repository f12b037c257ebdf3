// SPDX-License-Identifier: MIT
// What was called last for each port, and for which port each thread made its last call.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "windows/ras_interface.h"

namespace rasshost {

struct LastCall {
  HPORT handle = nullptr;
  std::string_view function;  // empty: none yet
};

class LastCalls {
 public:
  explicit LastCalls(std::uint32_t ports) : calls_(ports) {}

  // This thread calls `function` of rasshost.h, or is about to. Port 0, which is none, is ignored.
  void Add(std::uint32_t port, HPORT handle, std::string_view function);

  // 0: this thread has made no call. The only function that needs no lock.
  std::uint32_t PortOfThisThread() const noexcept;
  LastCall OfPort(std::uint32_t port) const;

 private:
  std::vector<LastCall> calls_;
  // Not thread_local: a slot of Windows' own costs the DLL's threads no memory. Never freed, since
  // they outlive the server.
  const DWORD slot_ = TlsAlloc();
};

}  // namespace rasshost
