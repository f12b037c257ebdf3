// SPDX-License-Identifier: MIT
// Lets the addon load into a Node that is not called node.exe: the Node-API is taken from
// libnode.dll where there is one, else from the process's own image. (With MSVC node-gyp and
// cmake-js bring a hook of their own.)
#include <windows.h>
// After windows.h, whose types it uses.
#include <delayimp.h>

#include <cstring>

// Newer GNU ld (2.44, not yet 2.40) makes the table of imports read-only; mingw's helper writes the
// address of each function into it at the function's first call. It stays writable: other threads
// may be about to write there, too.
static void AllowWriting(FARPROC* entry) {
  DWORD before = 0;
  VirtualProtect(entry, sizeof *entry, PAGE_READWRITE, &before);
}

static FARPROC WINAPI NodeFromThisProcess(unsigned notification, PDelayLoadInfo info) {
  if (std::strcmp(info->szDll, "node.exe") != 0) return nullptr;
  if (notification == dliNotePreGetProcAddress) AllowWriting(info->ppfn);
  if (notification != dliNotePreLoadLibrary) return nullptr;
  const HMODULE libnode = GetModuleHandleW(L"libnode.dll");
  return reinterpret_cast<FARPROC>(libnode != nullptr ? libnode : GetModuleHandleW(nullptr));
}

extern "C" {
PfnDliHook __pfnDliNotifyHook2 = NodeFromThisProcess;
}
