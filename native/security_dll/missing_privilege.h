// SPDX-License-Identifier: MIT
// Which privilege a service has to have for a worker to be started. One that lists the privileges
// that it requires has no others.
#pragma once

#include <windows.h>

#include "security_dll/settings.h"

namespace rasshost {

// What the system refused with this error, and for want of which privilege of this process.
// Both throw std::bad_alloc.
const char* WhyNotLoggedOn(DWORD error);
const char* WhyNotStarted(DWORD error, WorkerToken kind);

}  // namespace rasshost
