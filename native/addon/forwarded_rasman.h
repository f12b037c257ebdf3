// SPDX-License-Identifier: MIT
// The documented functions as the worker has them: exported under their names with their
// prototypes, carried out by the security DLL in the RAS process. They never block: Send and
// Receive answer PENDING, and a failure shows at the receive event, through GetInfo.
#pragma once

#include "windows/ras_interface.h"

namespace rasshost {

// What Begin's Complete pointer is in JavaScript: the verdict goes to the security DLL, which calls
// the RAS server's own. JavaScript thread only.
VOID WINAPI ForwardedComplete(SECURITY_MESSAGE* message);

}  // namespace rasshost
