// SPDX-License-Identifier: MIT
// What a worker writes to its standard output and error, on its way to the log.
#pragma once

#include <windows.h>

#include "common/unique_handle.h"
#include "security_dll/log.h"

namespace rasshost {

// A worker that had the log file itself could fill the disk. It writes to a pipe instead, which a
// thread of the pool reads until the last one who could write to it is gone.
// Returns the pipe's end for the worker, which is not inheritable; nothing when the system refuses.
// The log lives as long as the process.
UniqueHandle StartWorkerOutput(Log& log) noexcept;

}  // namespace rasshost
