// SPDX-License-Identifier: MIT
// What ras-server.exe ends with, beside 0 and the code of a crash (docs/emulator.md).
#pragma once

namespace rasshost {

constexpr int kCannotStart = 1;
constexpr int kWrongUsage = 2;
constexpr int kRulesBroken = 3;
constexpr int kNotTheService = 4;

}  // namespace rasshost
