// SPDX-License-Identifier: MIT
// What our rasman.dll exports besides the documented functions: the emulator itself.
#pragma once

#include <windows.h>

extern "C" {

// Runs the emulator until it is stopped; `argv` is that of a program, with its name in front.
// Returns an exit code. Once per process.
int WINAPI RasServerRun(int argc, const wchar_t* const* argv);

// Whether the security DLL kept a thread in Begin or End when the emulator stopped. Such a process
// ends for certain with TerminateProcess only: ExitProcess tells the DLL, which may wait for it.
BOOL WINAPI RasServerIsHeld();

// Asks a running emulator, or one about to run, to stop in order. For any thread.
void WINAPI RasServerStop();
}
