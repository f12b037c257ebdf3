// SPDX-License-Identifier: MIT
// Exceptions that nobody in the process handles.
#pragma once

#include <windows.h>

#include <string>

namespace rasshost {

// Called on the thread that is about to take the process down. It may hold any lock.
using CrashHandler = void (*)(const EXCEPTION_RECORD& record);

// From now on `handler` is told of each crash, before whoever was told until now.
void WatchCrashes(CrashHandler handler) noexcept;
// The same again, after something that may have put a filter of its own in front: a process has
// one only.
void WatchCrashesFirst() noexcept;
void StopWatchingCrashes() noexcept;

// Which exception it was, and where, as MODULE+OFFSET.
std::string DescribeCrash(const EXCEPTION_RECORD& record);

}  // namespace rasshost
