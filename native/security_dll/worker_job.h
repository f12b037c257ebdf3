// SPDX-License-Identifier: MIT
// The job that a worker runs in, and what it keeps the worker from.
#pragma once

#include "security_dll/settings.h"
#include "windows/unique_handle.h"

namespace rasshost {

// Null when the system refuses; GetLastError has the reason. Closing it ends the worker.
UniqueHandle CreateWorkerJob(const Settings& settings) noexcept;

}  // namespace rasshost
