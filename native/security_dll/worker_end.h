// SPDX-License-Identifier: MIT
// What a worker's process that has ended by itself tells.
#pragma once

#include <windows.h>

namespace rasshost {

// For the event. Null: a worker without a process of its own.
const char* HowItEnded(HANDLE process) noexcept;

}  // namespace rasshost
