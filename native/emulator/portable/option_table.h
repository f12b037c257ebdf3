// SPDX-License-Identifier: MIT
// The options that there are, one row each.
#pragma once

#include <string_view>
#include <vector>

#include "emulator/portable/option_setters.h"

namespace rasshost {

struct Option {
  std::string_view name;
  std::string_view value;  // what the value is called in the help, empty for a flag
  std::string_view help;
  Setter set;
};

// A fault has no setter: faults are read one by one, see Faults.
inline constexpr std::string_view kFault = "--fault";

const std::vector<Option>& OptionTable();

}  // namespace rasshost
