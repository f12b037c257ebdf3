// SPDX-License-Identifier: MIT
// The options of one call: those of all, and the lines of the file that --each-call names.
#pragma once

#include <variant>

#include "emulator/portable/options.h"

namespace rasshost {

// To be called for each call. A file that is not there adds nothing; an error names what is wrong
// with one that is.
std::variant<CallOptions, UsageError> OptionsOfCall(const EmulatorOptions& options);

}  // namespace rasshost
