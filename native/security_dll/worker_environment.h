// SPDX-License-Identifier: MIT
// The variables that a worker gets (docs/adminregistry.md, WorkerToken).
#pragma once

#include <string>
#include <vector>

#include "security_dll/settings.h"

namespace rasshost {

// As CreateProcess wants it. With `same` all of this process's variables but those with which other
// code or settings could be loaded into Node.js and the worker's libraries; otherwise a few that
// say what machine this is, and the worker's own directory, which `same` has no use for.
// Throws std::bad_alloc.
std::vector<wchar_t> WorkerEnvironment(WorkerToken kind, const std::wstring& own_directory);

}  // namespace rasshost
