// SPDX-License-Identifier: MIT
// The job that a worker runs in, and what it keeps the worker from.
#pragma once

#include "common/unique_handle.h"
#include "security_dll/settings.h"

namespace rasshost {

// Null when the system refuses; GetLastError has the reason. Closing it ends the worker.
UniqueHandle CreateWorkerJob(const Settings& settings) noexcept;

}  // namespace rasshost
