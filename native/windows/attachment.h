// SPDX-License-Identifier: MIT
// How the security DLL finds the addon when both are in one process (in-process placement): the
// addon's module is called rasshost.node and exports this function.
#pragma once

#include <windows.h>

#include "windows/channel.h"

namespace rasshost {

struct Attachment {
  DWORD size;              // sizeof(Attachment), so that a stranger's module is recognised
  ChannelHandles channel;  // the addon takes these handles over when the answer is NO_ERROR
  HANDLE gone;             // likewise; the addon sets it when its JavaScript environment ends
};

inline constexpr wchar_t kAddonModule[] = L"rasshost.node";
inline constexpr char kAttachExport[] = "RasshostAttach";

// Called on a thread of the security DLL. NO_ERROR, or ERROR_NOT_READY when no JavaScript
// environment of the process has offered itself.
using AttachFunction = DWORD(WINAPI*)(const Attachment*);

}  // namespace rasshost
