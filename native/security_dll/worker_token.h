// SPDX-License-Identifier: MIT
// Who a worker is, as far as access rights go.
#pragma once

#include "common/unique_handle.h"
#include "security_dll/settings.h"

namespace rasshost {

// A primary token without privileges, which is no administrator's, at medium integrity: of this
// process's user or of LocalService. NO_ERROR, or why the system refused: then `what` names the
// step. There is no other token to fall back to.
DWORD CreateWorkerToken(WorkerToken kind, UniqueHandle& token, const char*& what) noexcept;

}  // namespace rasshost
