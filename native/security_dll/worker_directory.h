// SPDX-License-Identifier: MIT
// The worker's profile and temporary directory: %ProgramData%\rasshost\worker.
#pragma once

#include <windows.h>

#include <string>

namespace rasshost {

// Its path, which is there then. Users may make directories in %ProgramData%, and links instead of
// them: so each level is made with its final access rights, and one that is there already has to be
// the system's or the administrators', and no link. NO_ERROR, or why there is none: then `what`
// names the step. Makes nothing below it, where the worker may write. Throws std::bad_alloc.
DWORD PrepareWorkerDirectory(std::wstring& path, const char*& what);

}  // namespace rasshost
