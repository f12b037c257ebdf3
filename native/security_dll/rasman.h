// SPDX-License-Identifier: MIT
// The entry points of Rasman.dll that a security DLL may call.
#pragma once

#include "common/ras_interface.h"

namespace rasshost {

struct Rasman {
  SendFunction send = nullptr;
  ReceiveFunction receive = nullptr;
  GetInfoFunction get_info = nullptr;

  // Looks the entry points up (SD-02, SD-03), unless that has been done: before it the others are
  // null. The module stays loaded for good. NO_ERROR, ERROR_DLL_NOT_FOUND, ERROR_PROC_NOT_FOUND;
  // after an error the next call tries again. One thread at a time.
  DWORD Load() noexcept;
};

}  // namespace rasshost
