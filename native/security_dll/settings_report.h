// SPDX-License-Identifier: MIT
// What an administrator should know of settings that have been read.
#pragma once

#include "security_dll/reports.h"
#include "security_dll/settings.h"

namespace rasshost {

// A thread of the pool, as for every event.
void TellAbout(const Settings& settings, Reports& reports) noexcept;

}  // namespace rasshost
