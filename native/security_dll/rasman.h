// SPDX-License-Identifier: MIT
// The entry points of Rasman.dll that a security DLL may call.
#pragma once

#include "common/ras_interface.h"

namespace rasshost {

struct Rasman {
  SendFunction send = nullptr;
  ReceiveFunction receive = nullptr;
  GetInfoFunction get_info = nullptr;

  // Looks the entry points up (SD-02, SD-03). The module stays loaded for good.
  // Throws SystemError: ERROR_DLL_NOT_FOUND, ERROR_PROC_NOT_FOUND.
  static Rasman Load();
};

}  // namespace rasshost
