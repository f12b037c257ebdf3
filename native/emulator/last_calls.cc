// SPDX-License-Identifier: MIT
#include "emulator/last_calls.h"

namespace rasshost {

void LastCalls::Add(std::uint32_t port, HPORT handle, std::string_view function) {
  if (port == 0) return;
  calls_[port - 1] = {handle, function};
  TlsSetValue(slot_, reinterpret_cast<void*>(static_cast<std::uintptr_t>(port)));
}

std::uint32_t LastCalls::PortOfThisThread() const noexcept {
  return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(TlsGetValue(slot_)));
}

LastCall LastCalls::OfPort(std::uint32_t port) const {
  return port == 0 ? LastCall{} : calls_[port - 1];
}

}  // namespace rasshost
