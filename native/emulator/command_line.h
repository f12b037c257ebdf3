// SPDX-License-Identifier: MIT
// The arguments of a run, read for somebody who may have mistyped them.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "emulator/portable/options.h"

namespace rasshost {

// An exit code when there is nothing to run: the help has been printed, or what is wrong.
std::variant<EmulatorOptions, int> ReadCommandLine(const std::vector<std::string>& arguments);

}  // namespace rasshost
