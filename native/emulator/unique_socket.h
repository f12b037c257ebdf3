// SPDX-License-Identifier: MIT
// The owner of a socket.
#pragma once

#include <winsock2.h>

#include "common/unique_handle.h"

namespace rasshost {

struct SocketPolicy {
  using Type = SOCKET;
  static Type kInvalid() noexcept { return INVALID_SOCKET; }
  static bool IsValid(Type value) noexcept { return value != INVALID_SOCKET; }
  static void Close(Type value) noexcept { closesocket(value); }
};
using UniqueSocket = UniqueResource<SocketPolicy>;

}  // namespace rasshost
