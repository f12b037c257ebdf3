// SPDX-License-Identifier: MIT
// What our rasman.dll exports besides the documented functions: the emulator itself.
#pragma once

#include <windows.h>

extern "C" {

// Runs the emulator until it is stopped; `argv` is that of a program, with its name in front.
// Returns an exit code. Once per process.
int WINAPI RasServerRun(int argc, const wchar_t* const* argv);

// Asks a running emulator, or one about to run, to stop in order. For any thread.
void WINAPI RasServerStop();
}
