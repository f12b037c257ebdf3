// SPDX-License-Identifier: MIT
// Who a worker is, as far as access rights go.
#pragma once

#include "security_dll/settings.h"
#include "windows/unique_handle.h"

namespace rasshost {

// A primary token without privileges, which is no administrator's and no service's, at medium
// integrity: of LocalService or of this process's user. NO_ERROR, or why there is none: then `what`
// names the step. There is no other token to fall back to. Throws std::bad_alloc.
DWORD CreateWorkerToken(WorkerToken kind, UniqueHandle& token, const char*& what);

}  // namespace rasshost
