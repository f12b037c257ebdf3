// SPDX-License-Identifier: MIT
// Starts node.exe for a worker: in a job that dies with this process, with a token of its own, and
// with no handle of ours but the channel and its output.
#pragma once

#include <windows.h>

#include "security_dll/settings.h"
#include "windows/channel.h"

namespace rasshost {

struct WorkerProcess {
  UniqueHandle process;
  UniqueHandle job;  // closing it ends the process
};

// NO_ERROR, or why the system refused: then `what` names the step. `worker_output`, for its
// standard output and error, may be null. Takes some ten milliseconds: never on a thread of the RAS
// server. Throws std::bad_alloc.
DWORD StartWorkerProcess(const Settings& settings, const ChannelHandles& channel,
                         HANDLE worker_output, WorkerProcess& started, const char*& what);

}  // namespace rasshost
