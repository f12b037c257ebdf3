// SPDX-License-Identifier: MIT
// Lets the addon load into a Node that is not called node.exe: the Node-API is taken from
// libnode.dll where there is one, else from the process's own image. (With MSVC node-gyp and
// cmake-js bring a hook of their own.)
#include <windows.h>
// After windows.h, whose types it uses.
#include <delayimp.h>

#include <cstring>

static FARPROC WINAPI NodeFromThisProcess(unsigned notification, PDelayLoadInfo info) {
  if (notification != dliNotePreLoadLibrary || std::strcmp(info->szDll, "node.exe") != 0) {
    return nullptr;
  }
  const HMODULE libnode = GetModuleHandleW(L"libnode.dll");
  return reinterpret_cast<FARPROC>(libnode != nullptr ? libnode : GetModuleHandleW(nullptr));
}

extern "C" {
PfnDliHook __pfnDliNotifyHook2 = NodeFromThisProcess;
}
