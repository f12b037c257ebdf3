// SPDX-License-Identifier: MIT
// What a worker writes to its standard output and error, on its way to the log.
#pragma once

#include <windows.h>

#include <memory>

#include "security_dll/log.h"

namespace rasshost {

// A worker that had the log file itself could fill the disk. It writes to a pipe instead, which a
// thread of the pool reads until the worker's process has ended and the pipe is empty. Not until
// the pipe's other end is closed: another child of this process may have inherited that for good.
class WorkerOutput {
 public:
  // The log lives as long as the process.
  explicit WorkerOutput(Log& log) noexcept;
  ~WorkerOutput();
  WorkerOutput(const WorkerOutput&) = delete;
  WorkerOutput& operator=(const WorkerOutput&) = delete;

  // The pipe's end for the worker, which is not inheritable. Null: there is no log, or the system
  // refuses.
  HANDLE for_worker() const noexcept;
  // Begins to read, once the worker's process is there.
  void ReadUntilEndOf(HANDLE process) noexcept;

 private:
  class Reader;
  std::unique_ptr<Reader> reader_;
};

}  // namespace rasshost
